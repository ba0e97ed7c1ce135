// Which of some organisations time alone may move by now, and when, the earliest first.
//
// $ids  list  ids of organisations
// $now  int   epoch milliseconds
// returns id, due (epoch milliseconds)
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
WHERE o.dueAt <= datetime({epochMillis: $now})
RETURN id, o.dueAt.epochMillis AS due
ORDER BY due, id
