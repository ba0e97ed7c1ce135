// The ids of the organisations that have others below them, in order.
//
// returns id
MATCH (:Organisation)-[:PART_OF]->(o:Organisation)
RETURN DISTINCT o.id AS id
ORDER BY id
