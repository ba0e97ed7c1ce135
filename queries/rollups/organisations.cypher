// The ids of all organisations, in order.
//
// returns id
MATCH (o:Organisation)
RETURN o.id AS id
ORDER BY id
