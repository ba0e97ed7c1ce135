// Those of some organisations that are due for evaluation by now, and when, the earliest first.
//
// $ids  list      ids of organisations
// $now  datetime  in UTC
// returns rows (lists of id and due, in epoch milliseconds)
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
WHERE o.dueAt <= $now
WITH id, o.dueAt.epochMillis AS due
ORDER BY due, id
RETURN collect([id, due]) AS rows
