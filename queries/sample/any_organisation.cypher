// One organisation; no row in an empty graph.
//
// returns id
MATCH (o:Organisation)
RETURN o.id AS id
LIMIT 1
