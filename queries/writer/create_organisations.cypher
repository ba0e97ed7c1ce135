// Adds organisations, each stale from the start.
//
// $rows  list  id, set (properties), first and last (epoch milliseconds or null)
// $now   int   epoch milliseconds
UNWIND $rows AS r
CREATE (o:Organisation {id: r.id, version: 1, staleSince: datetime({epochMillis: $now})})
SET o += r.set,
    o.firstSeenAt = CASE WHEN r.first IS NULL THEN null ELSE datetime({epochMillis: r.first}) END,
    o.lastSeenAt = CASE WHEN r.last IS NULL THEN null ELSE datetime({epochMillis: r.last}) END
