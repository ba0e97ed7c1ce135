// Organisations that time alone may move, and when, the earliest first.
//
// $now   int  epoch milliseconds
// $most  int  how many at once
// returns rows (lists of id and due, in epoch milliseconds)
MATCH (o:Organisation)
WHERE o.dueAt <= datetime({epochMillis: $now})
WITH o.id AS id, o.dueAt.epochMillis AS due
ORDER BY due, id
LIMIT $most
RETURN collect([id, due]) AS rows
