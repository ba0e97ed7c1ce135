// The next instant at which time alone may change someone who belongs to no organisation.
//
// returns due (epoch milliseconds)
MATCH (p:Person)
WHERE p.dueAt >= datetime({epochMillis: 0})
WITH min(p.dueAt) AS least
RETURN least.epochMillis AS due
