// Create memberships, each with the records that describe it alone.
//
// $rows  list  id, person, organisation (ids), since and until (epoch milliseconds or null), set (properties), records
UNWIND $rows AS r
MATCH (p:Person {id: r.person})
MATCH (o:Organisation {id: r.organisation})
CREATE (p)-[:HAS_MEMBERSHIP]->(m:Membership {id: r.id})
SET m += r.set,
    m.since = CASE WHEN r.since IS NULL THEN null ELSE datetime({epochMillis: r.since}) END,
    m.until = CASE WHEN r.until IS NULL THEN null ELSE datetime({epochMillis: r.until}) END
CREATE (m)-[:IN_ORGANISATION]->(o)
FOREACH (s IN r.records |
  CREATE (:SourceRecord {
    key: s.key, source: s.source, object: s.object, id: s.id, via: s.via, organisationVia: s.organisationVia,
    observedAt: datetime({epochMillis: s.observed}), hash: s.hash, attributes: s.attributes, statements: s.statements
  })-[:DESCRIBES]->(m)
)
