// The memberships of people, with their bounds, times of sight and provenance.
// The far ends have no label, so that the planner begins at the people.
//
// $people  list  ids of people
// returns memberships
UNWIND $people AS id
MATCH (p:Person {id: id})-[:HAS_MEMBERSHIP]->(m)-[:IN_ORGANISATION]->(o)
RETURN collect([m.id, id, o.id, m.since.epochMillis, m.until.epochMillis, m.origin, m.firstSeenAt.epochMillis, m.lastSeenAt.epochMillis, m.provenance]) AS memberships
