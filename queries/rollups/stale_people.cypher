// People who belong to no organisation whom a fact touched since they were last worked out.
//
// $most  int  how many at once
// returns ids
MATCH (p:Person)
WHERE p.staleSince >= datetime({epochMillis: 0})
WITH p LIMIT $most
RETURN collect(p.id) AS ids
