// Write events, the counters of their days and the last sighting of their owners; organisations become stale.
CALL () {
  UNWIND $events AS r
  MATCH (m:Membership {id: r.owner})
  CREATE (m)-[:PERFORMED]->(e:Event {
    id: r.id, name: r.name, occurredAt: datetime({epochMillis: r.at}), receivedAt: datetime({epochMillis: $now}), source: r.source,
    via: r.via, organisationVia: r.organisationVia, attribution: 'explicit', hash: r.hash
  })
  SET e += r.properties
}
CALL () {
  UNWIND $new_days AS r
  MATCH (m:Membership {id: r.owner})
  CREATE (m)-[:ACTIVE_ON]->(:Activity {
    key: r.key, day: date(r.day), count: r.count, names: r.names, counts: r.counts, firsts: r.firsts, lasts: r.lasts
  })
}
CALL () {
  UNWIND $known_days AS r
  MATCH (a:Activity {key: r.key})
  SET a.count = r.count, a.names = r.names, a.counts = r.counts, a.firsts = r.firsts, a.lasts = r.lasts
}
CALL () {
  UNWIND $memberships AS r
  MATCH (m:Membership {id: r.id})
  SET m.firstSeenAt = CASE WHEN m.firstSeenAt IS NULL OR m.firstSeenAt > datetime({epochMillis: r.first}) THEN datetime({epochMillis: r.first}) ELSE m.firstSeenAt END,
      m.lastSeenAt = CASE WHEN m.lastSeenAt IS NULL OR m.lastSeenAt < datetime({epochMillis: r.last}) THEN datetime({epochMillis: r.last}) ELSE m.lastSeenAt END
}
CALL () {
  UNWIND $people AS r
  MATCH (p:Person {id: r.id})
  SET p.lastSeenAt = CASE WHEN p.lastSeenAt IS NULL OR p.lastSeenAt < datetime({epochMillis: r.last}) THEN datetime({epochMillis: r.last}) ELSE p.lastSeenAt END
}
CALL () {
  UNWIND $organisations AS r
  MATCH (o:Organisation {id: r.id})
  SET o.version = o.version + 1, o.staleSince = coalesce(o.staleSince, datetime({epochMillis: $now})),
      o.touchedAt = datetime({epochMillis: $now}),
      o.toldAt = CASE WHEN o.toldAt >= datetime({epochMillis: r.last}) THEN o.toldAt ELSE datetime({epochMillis: r.last}) END,
      o.lastSeenAt = CASE WHEN o.lastSeenAt IS NULL OR o.lastSeenAt < datetime({epochMillis: r.last}) THEN datetime({epochMillis: r.last}) ELSE o.lastSeenAt END
}
