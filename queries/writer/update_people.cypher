// Changes people's properties; null removes one.
//
// $rows  list  id, set (properties)
UNWIND $rows AS r
MATCH (p:Person {id: r.id})
SET p += r.set
