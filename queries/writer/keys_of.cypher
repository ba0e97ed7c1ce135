// All identities of these people or organisations; the far end has no label, or a planner may begin there and walk over all there are.
//
// $people         list  ids of people
// $organisations  list  ids of organisations
// returns people, organisations
CALL () {
  UNWIND $people AS id
  MATCH (p:Person {id: id})-[:IDENTIFIED_BY]->(i)
  RETURN collect([id, i.key]) AS people
}
CALL () {
  UNWIND $organisations AS id
  MATCH (o:Organisation {id: id})-[:IDENTIFIED_BY]->(i)
  RETURN collect([id, i.key]) AS organisations
}
RETURN people, organisations
