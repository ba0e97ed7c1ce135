// Sets when memberships, people and organisations were first and last seen, and marks organisations as changed (F8, T2).
// What is marked has a greater version and waits for its evaluation.
//
// $memberships    list  id, first and last (epoch milliseconds or null)
// $people         list  id, first and last (epoch milliseconds or null)
// $organisations  list  id, first and last (epoch milliseconds or null)
// $touched        list  ids of organisations, and as of when facts speak of them (epoch milliseconds or null)
// $now            int   epoch milliseconds
CALL () {
  UNWIND $memberships AS r
  MATCH (m:Membership {id: r.id})
  SET m.firstSeenAt = CASE WHEN r.first IS NULL THEN null ELSE datetime({epochMillis: r.first}) END,
      m.lastSeenAt = CASE WHEN r.last IS NULL THEN null ELSE datetime({epochMillis: r.last}) END
}
CALL () {
  UNWIND $people AS r
  MATCH (p:Person {id: r.id})
  SET p.firstSeenAt = CASE WHEN r.first IS NULL THEN null ELSE datetime({epochMillis: r.first}) END,
      p.lastSeenAt = CASE WHEN r.last IS NULL THEN null ELSE datetime({epochMillis: r.last}) END
}
CALL () {
  UNWIND $organisations AS r
  MATCH (o:Organisation {id: r.id})
  SET o.firstSeenAt = CASE WHEN r.first IS NULL THEN null ELSE datetime({epochMillis: r.first}) END,
      o.lastSeenAt = CASE WHEN r.last IS NULL THEN null ELSE datetime({epochMillis: r.last}) END
}
CALL () {
  UNWIND $touched AS r
  MATCH (o:Organisation {id: r.id})
  SET o.version = o.version + 1, o.staleSince = coalesce(o.staleSince, datetime({epochMillis: $now})),
      o.touchedAt = datetime({epochMillis: $now}),
      o.toldAt = CASE WHEN r.told IS NULL OR o.toldAt >= datetime({epochMillis: r.told}) THEN o.toldAt
                      ELSE datetime({epochMillis: r.told}) END
}
