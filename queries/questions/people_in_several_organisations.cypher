// Who belongs to several organisations, and with which roles?
// One row for each person, the most organisations first. `memberships` lists each organisation with the role, the
// roles and the beginning of the current membership there.
//
// $at_least      int = 2     fewest organisations of a person
// $role          string?     only people who have this role in one of them
// $organisation  string?     only people of this organisation (its id); null for all
// $limit         int = 1000  most rows of the answer
// $now           int         the clock, in epoch milliseconds
// returns person_id, name, email, organisations, memberships [{organisation_id, organisation, role, roles, since}]
WITH datetime({epochMillis: $now}) AS now
MATCH (p:Person)-[:HAS_MEMBERSHIP]->(m:Membership)-[:IN_ORGANISATION]->(o:Organisation)
WHERE p.uncounted IS NULL AND o.uncounted IS NULL
  AND (m.since IS NULL OR m.since <= now) AND (m.until IS NULL OR m.until > now)
WITH p, m, o
ORDER BY o.name, o.id
WITH p, count(DISTINCT o) AS organisations, collect(o.id) AS ids,
  collect({organisation_id: o.id, organisation: o.name, role: m.role, roles: m.roles, since: m.since}) AS memberships
WHERE organisations >= $at_least AND ($organisation IS NULL OR $organisation IN ids)
  AND ($role IS NULL OR any(x IN memberships WHERE x.role = $role OR $role IN x.roles))
RETURN p.id AS person_id, p.name AS name, p.email AS email, organisations, memberships
ORDER BY organisations DESC, person_id
LIMIT $limit
