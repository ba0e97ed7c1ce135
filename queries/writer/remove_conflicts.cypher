// Delete conflicts that no longer hold.
//
// $ids  list  ids of conflicts
UNWIND $ids AS id
MATCH (c:IdentityConflict {id: id})
DELETE c
