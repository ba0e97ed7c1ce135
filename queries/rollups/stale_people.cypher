// Stale people without an organisation: a fact touched them since they were last evaluated.
//
// $since  datetime  from when on, in UTC: a value of its own, since the embedded engine looks up no other in an index
// $most   int       how many at once
// returns ids
MATCH (p:Person)
WHERE p.staleSince >= $since
WITH p LIMIT $most
RETURN collect(p.id) AS ids
