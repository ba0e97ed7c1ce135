// The memberships of these people, with their bounds and what happened in them; walked from the people, as their far ends have no label.
//
// $people  list  ids of people
// returns memberships
UNWIND $people AS id
MATCH (p:Person {id: id})-[:HAS_MEMBERSHIP]->(m)-[:IN_ORGANISATION]->(o)
RETURN collect([m.id, id, o.id, m.since.epochMillis, m.until.epochMillis, m.origin, m.firstSeenAt.epochMillis, m.lastSeenAt.epochMillis, m.provenance]) AS memberships
