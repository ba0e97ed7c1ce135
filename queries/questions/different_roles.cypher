// Who has one role in one organisation and another role in another?
// One row for each person and pair of different organisations. An example is an admin in one and a viewer in the
// other.
//
// $role          string      the role in the first organisation
// $other_role    string      the role in the second organisation
// $organisation  string?     the first organisation (its id); null for any
// $limit         int = 1000  most rows of the answer
// $now           int         the clock, in epoch milliseconds
// returns person_id, name, email, organisation_id, organisation, other_id, other
WITH datetime({epochMillis: $now}) AS now
MATCH (p:Person)-[:HAS_MEMBERSHIP]->(m:Membership)-[:IN_ORGANISATION]->(o:Organisation)
WHERE p.uncounted IS NULL AND o.uncounted IS NULL AND ($organisation IS NULL OR o.id = $organisation)
  AND (m.role = $role OR $role IN m.roles)
  AND (m.since IS NULL OR m.since <= now) AND (m.until IS NULL OR m.until > now)
MATCH (p)-[:HAS_MEMBERSHIP]->(n:Membership)-[:IN_ORGANISATION]->(q:Organisation)
WHERE q.uncounted IS NULL AND q.id <> o.id
  AND (n.role = $other_role OR $other_role IN n.roles)
  AND (n.since IS NULL OR n.since <= now) AND (n.until IS NULL OR n.until > now)
RETURN DISTINCT p.id AS person_id, p.name AS name, p.email AS email, o.id AS organisation_id, o.name AS organisation,
  q.id AS other_id, q.name AS other
ORDER BY person_id, organisation_id, other_id
LIMIT $limit
