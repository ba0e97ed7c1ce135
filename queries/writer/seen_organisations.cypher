// Sets when organisations were first and last seen.
//
// $rows  list  id, first and last (epoch milliseconds or null)
UNWIND $rows AS r
MATCH (o:Organisation {id: r.id})
SET o.firstSeenAt = CASE WHEN r.first IS NULL THEN null ELSE datetime({epochMillis: r.first}) END,
    o.lastSeenAt = CASE WHEN r.last IS NULL THEN null ELSE datetime({epochMillis: r.last}) END
