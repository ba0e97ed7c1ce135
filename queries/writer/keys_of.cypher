// All identities of people or organisations.
// The far end has no label, or a planner may begin there and scan all identities.
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
