// Have some organisations evaluated: something that they look at changed.
//
// $ids  list  ids of organisations
// $now  int   epoch milliseconds
// returns nothing
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
WHERE o.staleSince IS NULL
SET o.staleSince = datetime({epochMillis: $now})
