// Which of these conflicts are recorded already.
//
// $ids  list  ids of conflicts
// returns known
UNWIND $ids AS id
MATCH (c:IdentityConflict {id: id})
RETURN collect(id) AS known
