// The memberships of these people, with their bounds and what happened in them.
//
// $people  list  ids of people
// returns memberships
UNWIND $people AS id
MATCH (p:Person {id: id})-[:HAS_MEMBERSHIP]->(m:Membership)-[:IN_ORGANISATION]->(o:Organisation)
RETURN collect([m.id, id, o.id, m.since.epochMillis, m.until.epochMillis, m.origin, m.firstSeenAt.epochMillis, m.lastSeenAt.epochMillis, m.provenance]) AS memberships
