// The children of some organisations.
//
// $ids  list  ids of organisations
// returns id
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
MATCH (o)<-[:PART_OF]-(other:Organisation)
WHERE other <> o
RETURN DISTINCT other.id AS id
