// Organisations that time alone may move, and when, the earliest first.
//
// $now   int  epoch milliseconds
// $most  int  how many at once
// returns id, due (epoch milliseconds)
MATCH (o:Organisation)
WHERE o.dueAt <= datetime({epochMillis: $now})
RETURN o.id AS id, o.dueAt.epochMillis AS due
ORDER BY due, id
LIMIT $most
