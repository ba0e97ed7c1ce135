// Write day counters and times of sight, and mark changed nodes as stale, in one round trip (E4, F8, T2).
// A changed or seen organisation gets a greater version and waits for its evaluation. So does a person without organisation.
//
// $memberships_counters  list  owner (id), key, day (text), count, names, counts, firsts, lasts
// $people_counters  list  owner (id), key, day (text), count, names, counts, firsts, lasts
// $organisations_counters  list  owner (id), key, day (text), count, names, counts, firsts, lasts
// $changed_counters  list  key, count, names, counts, firsts, lasts
// $memberships_seen  list  id, first and last (epoch milliseconds or null)
// $people_seen  list  id, first and last (epoch milliseconds or null)
// $organisations_seen  list  id, first, last, and as of when facts speak of it (epoch milliseconds or null)
// $touched  list  other organisations: id, and as of when facts speak of it (epoch milliseconds or null)
// $without_organisation  list  ids of people who belong nowhere and have something worked out for them
// $now  int  epoch milliseconds
CALL () {
  UNWIND $memberships_counters AS r
  MATCH (m:Membership {id: r.owner})
  CREATE (m)-[:ACTIVE_ON]->(:Activity {
    key: r.key, day: date(r.day), count: r.count, names: r.names, counts: r.counts, firsts: r.firsts, lasts: r.lasts
  })
}
CALL () {
  UNWIND $people_counters AS r
  MATCH (p:Person {id: r.owner})
  CREATE (p)-[:ACTIVE_ON]->(:Activity {
    key: r.key, day: date(r.day), count: r.count, names: r.names, counts: r.counts, firsts: r.firsts, lasts: r.lasts
  })
}
CALL () {
  UNWIND $organisations_counters AS r
  MATCH (o:Organisation {id: r.owner})
  CREATE (o)-[:ACTIVE_ON]->(:Activity {
    key: r.key, day: date(r.day), count: r.count, names: r.names, counts: r.counts, firsts: r.firsts, lasts: r.lasts
  })
}
CALL () {
  UNWIND $changed_counters AS r
  MATCH (a:Activity {key: r.key})
  SET a.count = r.count, a.names = r.names, a.counts = r.counts, a.firsts = r.firsts, a.lasts = r.lasts
}
CALL () {
  UNWIND $memberships_seen AS r
  MATCH (m:Membership {id: r.id})
  SET m.firstSeenAt = CASE WHEN r.first IS NULL THEN null ELSE datetime({epochMillis: r.first}) END,
      m.lastSeenAt = CASE WHEN r.last IS NULL THEN null ELSE datetime({epochMillis: r.last}) END
}
CALL () {
  UNWIND $people_seen AS r
  MATCH (p:Person {id: r.id})
  SET p.firstSeenAt = CASE WHEN r.first IS NULL THEN null ELSE datetime({epochMillis: r.first}) END,
      p.lastSeenAt = CASE WHEN r.last IS NULL THEN null ELSE datetime({epochMillis: r.last}) END
}
CALL () {
  UNWIND $organisations_seen AS r
  MATCH (o:Organisation {id: r.id})
  SET o.firstSeenAt = CASE WHEN r.first IS NULL THEN null ELSE datetime({epochMillis: r.first}) END,
      o.lastSeenAt = CASE WHEN r.last IS NULL THEN null ELSE datetime({epochMillis: r.last}) END,
      o.version = o.version + 1, o.staleSince = coalesce(o.staleSince, datetime({epochMillis: $now})),
      o.touchedAt = datetime({epochMillis: $now}),
      o.toldAt = CASE WHEN r.stated_at IS NULL OR o.toldAt >= datetime({epochMillis: r.stated_at}) THEN o.toldAt
                      ELSE datetime({epochMillis: r.stated_at}) END
}
CALL () {
  UNWIND $touched AS r
  MATCH (o:Organisation {id: r.id})
  SET o.version = o.version + 1, o.staleSince = coalesce(o.staleSince, datetime({epochMillis: $now})),
      o.touchedAt = datetime({epochMillis: $now}),
      o.toldAt = CASE WHEN r.stated_at IS NULL OR o.toldAt >= datetime({epochMillis: r.stated_at}) THEN o.toldAt
                      ELSE datetime({epochMillis: r.stated_at}) END
}
CALL () {
  UNWIND $without_organisation AS id
  MATCH (p:Person {id: id})
  SET p.staleSince = coalesce(p.staleSince, datetime({epochMillis: $now}))
}
