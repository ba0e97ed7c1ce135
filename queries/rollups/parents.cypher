// The ids of the organisations that have others below them, in order.
//
// returns ids
MATCH (:Organisation)-[:PART_OF]->(o:Organisation)
WITH DISTINCT o.id AS id
ORDER BY id
RETURN collect(id) AS ids
