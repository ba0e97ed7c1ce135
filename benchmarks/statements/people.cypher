// Write people with two identities each, the evidence between these, and their source record.
UNWIND $rows AS r
CREATE (p:Person {id: r.id})
SET p += r.set
CREATE (a:Identity {key: r.ownKey, kind: 'user_id', value: r.own, source: r.source, firstSeenAt: datetime({epochMillis: r.observed})})
CREATE (b:Identity {key: r.otherKey, kind: 'email', value: r.other, source: r.source, firstSeenAt: datetime({epochMillis: r.observed})})
CREATE (p)-[:IDENTIFIED_BY]->(a)
CREATE (p)-[:IDENTIFIED_BY]->(b)
CREATE (a)-[:SEEN_WITH {strength: 'seen'}]->(b)
CREATE (s:SourceRecord {
  key: r.record, source: r.source, object: 'person', id: r.ownKey, via: r.ownKey,
  observedAt: datetime({epochMillis: r.observed}), hash: r.hash, attributes: r.attributes
})
CREATE (s)-[:DESCRIBES]->(p)
