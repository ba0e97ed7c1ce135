// Keeps what sources say now.
//
// $rows  list  key, organisationVia, observed (epoch milliseconds), hash, attributes, statements
UNWIND $rows AS r
MATCH (s:SourceRecord {key: r.key})
SET s.organisationVia = r.organisationVia, s.observedAt = datetime({epochMillis: r.observed}), s.hash = r.hash,
    s.attributes = r.attributes, s.statements = r.statements
