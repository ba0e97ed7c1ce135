// Organisations that are due for evaluation by now.
//
// $now   datetime  in UTC: a value of its own, since the embedded engine looks up no other in an index
// $most  int       how many at once
// returns ids
MATCH (o:Organisation)
WHERE o.dueAt <= $now
WITH o LIMIT $most
RETURN collect(o.id) AS ids
