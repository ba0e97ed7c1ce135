// Write organisations with two identities each, the evidence between these, and their source record.
UNWIND $rows AS r
CREATE (o:Organisation {id: r.id, version: 1, staleSince: datetime({epochMillis: $now}),
  touchedAt: datetime({epochMillis: $now})})
SET o += r.set
CREATE (a:Identity {key: r.ownKey, kind: 'organisation_id', value: r.own, source: r.source, firstSeenAt: datetime({epochMillis: r.observed})})
CREATE (b:Identity {key: r.otherKey, kind: 'domain', value: r.other, source: r.source, firstSeenAt: datetime({epochMillis: r.observed})})
CREATE (o)-[:IDENTIFIED_BY]->(a)
CREATE (o)-[:IDENTIFIED_BY]->(b)
CREATE (a)-[:SEEN_WITH {strength: 'seen'}]->(b)
CREATE (s:SourceRecord {
  key: r.record, source: r.source, object: 'organisation', id: r.ownKey, via: r.ownKey,
  observedAt: datetime({epochMillis: r.observed}), hash: r.hash, attributes: r.attributes
})
CREATE (s)-[:DESCRIBES]->(o)
