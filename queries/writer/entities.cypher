// What is kept of these people and organisations beside their attributes: since when they were seen, and where each value came from.
//
// $people         list  ids of people
// $organisations  list  ids of organisations
// returns people, organisations
CALL () {
  UNWIND $people AS id
  MATCH (p:Person {id: id})
  RETURN collect([id, p.firstSeenAt.epochMillis, p.lastSeenAt.epochMillis, p.provenance, p.uncounted]) AS people
}
CALL () {
  UNWIND $organisations AS id
  MATCH (o:Organisation {id: id})
  RETURN collect([id, o.firstSeenAt.epochMillis, o.lastSeenAt.epochMillis, o.provenance, o.uncounted]) AS organisations
}
RETURN people, organisations
