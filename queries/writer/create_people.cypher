// Adds people.
//
// $rows  list  id, set (properties), first and last (epoch milliseconds or null)
UNWIND $rows AS r
CREATE (p:Person {id: r.id})
SET p += r.set,
    p.firstSeenAt = CASE WHEN r.first IS NULL THEN null ELSE datetime({epochMillis: r.first}) END,
    p.lastSeenAt = CASE WHEN r.last IS NULL THEN null ELSE datetime({epochMillis: r.last}) END
