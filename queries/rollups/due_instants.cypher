// Organisations that are due for evaluation by now, and when, the earliest first.
//
// $now   datetime  in UTC: a value of its own, since the embedded engine looks up no other in an index
// $most  int       how many at once
// returns rows (lists of id and due, in epoch milliseconds)
MATCH (o:Organisation)
WHERE o.dueAt <= $now
WITH o.id AS id, o.dueAt.epochMillis AS due
ORDER BY due, id
LIMIT $most
RETURN collect([id, due]) AS rows
