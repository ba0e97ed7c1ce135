// The next instant at which time alone may change some organisation's values.
//
// returns due (epoch milliseconds)
MATCH (o:Organisation)
WHERE o.dueAt >= datetime({epochMillis: 0})
WITH min(o.dueAt) AS least
RETURN least.epochMillis AS due
