// The next instant at which an organisation is due for evaluation.
//
// $since  datetime  from when on, in UTC: a value of its own, since the embedded engine looks up no other in an index
// returns due (epoch milliseconds)
MATCH (o:Organisation)
WHERE o.dueAt >= $since
WITH min(o.dueAt) AS least
RETURN least.epochMillis AS due
