// The organisations above some organisations, at any distance.
//
// $ids  list  ids of organisations
// returns id
UNWIND $ids AS id
MATCH (:Organisation {id: id})-[:PART_OF*1..]->(o:Organisation)
RETURN DISTINCT o.id AS id
