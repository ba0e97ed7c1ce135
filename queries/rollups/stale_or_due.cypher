// Organisations that a fact touched since they were last evaluated, or whose values time alone may have changed by now.
//
// $now   int  epoch milliseconds
// $most  int  how many of each at once
// returns ids (of those that are stale, then of those that are due)
MATCH (o:Organisation)
WHERE o.staleSince >= datetime({epochMillis: 0})
WITH o LIMIT $most
RETURN collect(o.id) AS ids
UNION ALL
MATCH (o:Organisation)
WHERE o.dueAt <= datetime({epochMillis: $now})
WITH o LIMIT $most
RETURN collect(o.id) AS ids
