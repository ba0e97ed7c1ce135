// Change events' properties.
//
// $rows  list  id, set (properties)
UNWIND $rows AS r
MATCH (e:Event {id: r.id})
SET e += r.set
