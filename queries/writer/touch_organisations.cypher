// Marks organisations as changed: their version grows and they wait for their evaluation (T2).
//
// $ids  list  ids of organisations
// $now  int   epoch milliseconds
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
SET o.version = o.version + 1, o.staleSince = coalesce(o.staleSince, datetime({epochMillis: $now}))
