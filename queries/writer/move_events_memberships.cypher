// Move events to memberships.
//
// $rows  list  id (of an event), owner (id), attribution
UNWIND $rows AS r
MATCH (e:Event {id: r.id})
MATCH (e)<-[had:PERFORMED|RECORDED]-()
DELETE had
SET e.attribution = r.attribution
WITH e, r
MATCH (m:Membership {id: r.owner})
CREATE (m)-[:PERFORMED]->(e)
