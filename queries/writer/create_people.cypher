// Create people, each with their identities, the evidence between them, and their records.
//
// $rows  list  id, set (properties), identities (the strongest, with others), records
UNWIND $rows AS r
CREATE (p:Person {id: r.id})
SET p += r.set
FOREACH (i IN r.identities |
  CREATE (p)-[:IDENTIFIED_BY]->(a:Identity {
    key: i.key, kind: i.kind, value: i.value, source: i.source, firstSeenAt: datetime({epochMillis: i.first})
  })
  FOREACH (j IN i.others |
    CREATE (p)-[:IDENTIFIED_BY]->(b:Identity {
      key: j.key, kind: j.kind, value: j.value, source: j.source, firstSeenAt: datetime({epochMillis: j.first})
    })
    CREATE (a)-[:SEEN_WITH {strength: 'seen'}]->(b)
  )
)
FOREACH (s IN r.records |
  CREATE (:SourceRecord {
    key: s.key, source: s.source, object: s.object, id: s.id, via: s.via, organisationVia: s.organisationVia,
    observedAt: datetime({epochMillis: s.observed}), hash: s.hash, attributes: s.attributes, statements: s.statements,
    past: s.past
  })-[:DESCRIBES]->(p)
)
