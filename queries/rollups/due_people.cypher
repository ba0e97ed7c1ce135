// People without an organisation who are due for evaluation by now.
//
// $now   datetime  in UTC: a value of its own, since the embedded engine looks up no other in an index
// $most  int       how many at once
// returns ids
MATCH (p:Person)
WHERE p.dueAt <= $now
WITH p LIMIT $most
RETURN collect(p.id) AS ids
