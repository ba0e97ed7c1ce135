// Organisations that a fact touched since they were last evaluated.
//
// $most  int  how many at once
// returns ids
MATCH (o:Organisation)
WHERE o.staleSince >= datetime({epochMillis: 0})
WITH o LIMIT $most
RETURN collect(o.id) AS ids
