// Change people's properties. Null removes one.
//
// $rows  list  id, set (properties)
UNWIND $rows AS r
MATCH (p:Person {id: r.id})
SET p += r.set
