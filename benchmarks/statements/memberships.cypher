// Write memberships with their sources' statements; both sides get their first sighting, and organisations become stale.
UNWIND $rows AS r
MATCH (p:Person {id: r.person})
MATCH (o:Organisation {id: r.organisation})
CREATE (p)-[:HAS_MEMBERSHIP]->(m:Membership {
  id: r.id, role: r.role, roles: [r.role], origin: r.source, primary: false, since: datetime({epochMillis: r.since})
})
CREATE (m)-[:IN_ORGANISATION]->(o)
CREATE (s:SourceRecord {
  key: r.record, source: r.source, object: 'membership', id: r.recordId, via: r.personKey, organisationVia: r.organisationKey,
  observedAt: datetime({epochMillis: r.observed}), hash: r.hash, statements: r.statements
})
CREATE (s)-[:DESCRIBES]->(m)
WITH p, o, r
SET p.firstSeenAt = CASE WHEN p.firstSeenAt IS NULL OR p.firstSeenAt > datetime({epochMillis: r.since}) THEN datetime({epochMillis: r.since}) ELSE p.firstSeenAt END
WITH o, min(r.since) AS since, max(r.observed) AS told
SET o.version = o.version + 1, o.staleSince = coalesce(o.staleSince, datetime({epochMillis: $now})),
    o.touchedAt = datetime({epochMillis: $now}),
    o.toldAt = CASE WHEN o.toldAt >= datetime({epochMillis: told}) THEN o.toldAt ELSE datetime({epochMillis: told}) END,
    o.firstSeenAt = CASE WHEN o.firstSeenAt IS NULL OR o.firstSeenAt > datetime({epochMillis: since}) THEN datetime({epochMillis: since}) ELSE o.firstSeenAt END
