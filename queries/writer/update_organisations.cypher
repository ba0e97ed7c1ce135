// Change organisations' properties. Null removes one.
//
// $rows  list  id, set (properties)
UNWIND $rows AS r
MATCH (o:Organisation {id: r.id})
SET o += r.set
