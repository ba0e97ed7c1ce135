// The ids of all organisations, in order.
//
// returns ids
MATCH (o:Organisation)
WITH o.id AS id
ORDER BY id
RETURN collect(id) AS ids
