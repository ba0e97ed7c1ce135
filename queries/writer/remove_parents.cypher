// Unlink organisations from their parents.
//
// $ids  list  ids of organisations
UNWIND $ids AS id
MATCH (o:Organisation {id: id})-[p:PART_OF]->()
DELETE p
