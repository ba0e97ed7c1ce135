// Organisations whose values time alone may have changed by now.
//
// $now   int  epoch milliseconds
// $most  int  how many at once
// returns ids
MATCH (o:Organisation)
WHERE o.dueAt <= datetime({epochMillis: $now})
WITH o LIMIT $most
RETURN collect(o.id) AS ids
