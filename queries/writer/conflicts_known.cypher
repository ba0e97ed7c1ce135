// Which of these conflicts are recorded already, and for what reason.
//
// $ids  list  ids of conflicts
// returns known
UNWIND $ids AS id
MATCH (c:IdentityConflict {id: id})
RETURN collect([id, c.reason]) AS known
