// Mark organisations as stale, because others that their criteria read have changed.
//
// $ids  list  ids of organisations
// $now  int   epoch milliseconds
// returns nothing
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
WHERE o.staleSince IS NULL
SET o.staleSince = datetime({epochMillis: $now})
