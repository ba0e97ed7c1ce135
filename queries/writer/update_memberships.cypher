// Change memberships. Null removes a property or a bound.
//
// $rows  list  id, since and until (epoch milliseconds or null), set (properties)
UNWIND $rows AS r
MATCH (m:Membership {id: r.id})
SET m += r.set,
    m.since = CASE WHEN r.since IS NULL THEN null ELSE datetime({epochMillis: r.since}) END,
    m.until = CASE WHEN r.until IS NULL THEN null ELSE datetime({epochMillis: r.until}) END
