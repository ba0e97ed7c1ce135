// Create conflicts: evidence that was not applied, or a parent that would make a cycle.
//
// $rows  list  id, identities (keys), reason
// $now   int   epoch milliseconds
UNWIND $rows AS r
CREATE (:IdentityConflict {id: r.id, identities: r.identities, reason: r.reason, seenAt: datetime({epochMillis: $now})})
