// People who belong to no organisation whom time alone may have changed by now.
//
// $now   datetime  in UTC: a value of its own, since the embedded engine looks up no other in an index
// $most  int       how many at once
// returns ids
MATCH (p:Person)
WHERE p.dueAt <= $now
WITH p LIMIT $most
RETURN collect(p.id) AS ids
