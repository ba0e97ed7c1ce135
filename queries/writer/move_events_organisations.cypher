// Move events to organisations.
//
// $rows  list  id (of an event), owner (id), attribution
UNWIND $rows AS r
MATCH (e:Event {id: r.id})
MATCH (e)<-[had:PERFORMED|RECORDED]-()
DELETE had
SET e.attribution = r.attribution
WITH e, r
MATCH (o:Organisation {id: r.owner})
CREATE (o)-[:RECORDED]->(e)
