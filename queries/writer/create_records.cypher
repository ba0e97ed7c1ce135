// Create source records.
//
// $rows  list  key, source, object, id, via, organisationVia, observed (epoch milliseconds), hash, attributes, statements, past (texts)
UNWIND $rows AS r
CREATE (:SourceRecord {
  key: r.key, source: r.source, object: r.object, id: r.id, via: r.via, organisationVia: r.organisationVia,
  observedAt: datetime({epochMillis: r.observed}), hash: r.hash, attributes: r.attributes, statements: r.statements,
  past: r.past
})
