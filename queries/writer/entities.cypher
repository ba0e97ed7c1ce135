// The times of sight and the provenance of people and organisations.
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
