// The own events of organisations.
//
// $organisations  list  ids of organisations
// returns events
UNWIND $organisations AS id
MATCH (o:Organisation {id: id})-[:RECORDED]->(e:Event)
RETURN collect([e.id, e.name, e.occurredAt.epochMillis, id]) AS events
