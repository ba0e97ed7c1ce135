// One organisation, where there is any: the graph is not empty.
//
// returns id
MATCH (o:Organisation)
RETURN o.id AS id
LIMIT 1
