// Sets when and by which source identities were first told.
//
// $rows  list  key, source, first (epoch milliseconds)
UNWIND $rows AS r
MATCH (i:Identity {key: r.key})
SET i.firstSeenAt = datetime({epochMillis: r.first}), i.source = r.source
