// Stale organisations: a fact touched them since they were last evaluated.
//
// $since  datetime  from when on, in UTC: a value of its own, since the embedded engine looks up no other in an index
// $most   int       how many at once
// returns ids
MATCH (o:Organisation)
WHERE o.staleSince >= $since
WITH o LIMIT $most
RETURN collect(o.id) AS ids
