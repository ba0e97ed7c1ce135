// Removes conflicts that hold no longer.
//
// $ids  list  ids of conflicts
UNWIND $ids AS id
MATCH (c:IdentityConflict {id: id})
DELETE c
