// Sets when somebody was first and last seen acting in memberships.
//
// $rows  list  id, first and last (epoch milliseconds or null)
UNWIND $rows AS r
MATCH (m:Membership {id: r.id})
SET m.firstSeenAt = CASE WHEN r.first IS NULL THEN null ELSE datetime({epochMillis: r.first}) END,
    m.lastSeenAt = CASE WHEN r.last IS NULL THEN null ELSE datetime({epochMillis: r.last}) END
