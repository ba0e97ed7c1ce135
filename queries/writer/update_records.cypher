// Change records, and their superseded values.
//
// $rows  list  key, organisationVia, observed (epoch milliseconds), hash, attributes, statements, past (texts that come to it; null
//              for no change) and removed (those that leave it)
UNWIND $rows AS r
MATCH (s:SourceRecord {key: r.key})
SET s.organisationVia = r.organisationVia, s.observedAt = datetime({epochMillis: r.observed}), s.hash = r.hash,
    s.attributes = r.attributes, s.statements = r.statements,
    s.past = CASE WHEN r.past IS NULL THEN s.past ELSE [x IN coalesce(s.past, []) WHERE NOT x IN r.removed] + r.past END
