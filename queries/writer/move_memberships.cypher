// Move memberships to another person or organisation after a merge or its undoing.
//
// $rows  list  id, person, organisation (ids)
UNWIND $rows AS r
MATCH (m:Membership {id: r.id})
MATCH (p:Person {id: r.person})
MATCH (o:Organisation {id: r.organisation})
MATCH (m)<-[had:HAS_MEMBERSHIP]-()
MATCH (m)-[within:IN_ORGANISATION]->()
DELETE had, within
CREATE (p)-[:HAS_MEMBERSHIP]->(m)
CREATE (m)-[:IN_ORGANISATION]->(o)
