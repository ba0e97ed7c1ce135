// Organisations whose values time alone may have changed by now.
//
// $now   int  epoch milliseconds
// $most  int  how many at once
// returns id
MATCH (o:Organisation)
WHERE o.dueAt <= datetime({epochMillis: $now})
WITH o LIMIT $most
RETURN o.id AS id
