// The reasons of those conflicts that are stored already.
//
// $ids  list  ids of conflicts
// returns known
UNWIND $ids AS id
MATCH (c:IdentityConflict {id: id})
RETURN collect([id, c.reason]) AS known
