// People who belong to no organisation whom time alone may have changed by now.
//
// $now   int  epoch milliseconds
// $most  int  how many at once
// returns ids
MATCH (p:Person)
WHERE p.dueAt <= datetime({epochMillis: $now})
WITH p LIMIT $most
RETURN collect(p.id) AS ids
