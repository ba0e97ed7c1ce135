// Create organisations of one record each, stale, with their identities and the evidence between them.
//
// $rows  list  id, set (properties); key, kind, value, source and first (epoch milliseconds) of the strongest identity, and others like it;
//              record (a key), record_source, record_id, via, observed (epoch milliseconds), hash, attributes and past of what was said
// $now   int   epoch milliseconds
UNWIND $rows AS r
CREATE (o:Organisation {id: r.id, version: 1, staleSince: datetime({epochMillis: $now}),
  touchedAt: datetime({epochMillis: $now})})
SET o += r.set
CREATE (a:Identity {key: r.key, kind: r.kind, value: r.value, source: r.source, firstSeenAt: datetime({epochMillis: r.first})})
CREATE (o)-[:IDENTIFIED_BY]->(a)
CREATE (s:SourceRecord {
  key: r.record, source: r.record_source, object: 'organisation', id: r.record_id, via: r.via,
  observedAt: datetime({epochMillis: r.observed}), hash: r.hash, attributes: r.attributes, past: r.past
})
CREATE (s)-[:DESCRIBES]->(o)
WITH o, a, r
UNWIND r.others AS j
CREATE (b:Identity {key: j.key, kind: j.kind, value: j.value, source: j.source, firstSeenAt: datetime({epochMillis: j.first})})
CREATE (o)-[:IDENTIFIED_BY]->(b)
CREATE (a)-[:SEEN_WITH {strength: 'seen'}]->(b)
