// Create identities.
//
// $rows  list  key, kind, value, source, first (epoch milliseconds)
UNWIND $rows AS r
CREATE (:Identity {key: r.key, kind: r.kind, value: r.value, source: r.source, firstSeenAt: datetime({epochMillis: r.first})})
