// Sets when people were first and last seen.
//
// $rows  list  id, first and last (epoch milliseconds or null)
UNWIND $rows AS r
MATCH (p:Person {id: r.id})
SET p.firstSeenAt = CASE WHEN r.first IS NULL THEN null ELSE datetime({epochMillis: r.first}) END,
    p.lastSeenAt = CASE WHEN r.last IS NULL THEN null ELSE datetime({epochMillis: r.last}) END
