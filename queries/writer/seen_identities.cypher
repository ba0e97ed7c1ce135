// Set the time and source of identities' first report.
//
// $rows  list  key, source, first (epoch milliseconds)
UNWIND $rows AS r
MATCH (i:Identity {key: r.key})
SET i.firstSeenAt = datetime({epochMillis: r.first}), i.source = r.source
