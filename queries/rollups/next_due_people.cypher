// The next instant at which a person without an organisation is due for evaluation.
//
// $since  datetime  from when on, in UTC: a value of its own, since the embedded engine looks up no other in an index
// returns due (epoch milliseconds)
MATCH (p:Person)
WHERE p.dueAt >= $since
WITH min(p.dueAt) AS least
RETURN least.epochMillis AS due
