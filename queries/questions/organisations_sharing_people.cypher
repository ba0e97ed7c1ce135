// Which organisations share people, and how many?
// One row for each pair of organisations, the most shared people first. Shared people are current members of both,
// each counted once.
//
// $at_least      int = 1     fewest people they share
// $organisation  string?     only pairs with this organisation (its id), which then comes first; null for all pairs
// $limit         int = 1000  most rows of the answer
// $now           int         the clock, in epoch milliseconds
// returns organisation_id, organisation, other_id, other, people
WITH datetime({epochMillis: $now}) AS now
MATCH (p:Person)-[:HAS_MEMBERSHIP]->(m:Membership)-[:IN_ORGANISATION]->(o:Organisation)
WHERE p.uncounted IS NULL AND o.uncounted IS NULL
  AND (m.since IS NULL OR m.since <= now) AND (m.until IS NULL OR m.until > now)
WITH p, collect(DISTINCT o) AS theirs
WHERE size(theirs) > 1
UNWIND theirs AS one
UNWIND theirs AS other
WITH p, one, other
WHERE ($organisation IS NULL AND one.id < other.id) OR (one.id = $organisation AND other.id <> one.id)
WITH one, other, count(DISTINCT p) AS people
WHERE people >= $at_least
RETURN one.id AS organisation_id, one.name AS organisation, other.id AS other_id, other.name AS other, people
ORDER BY people DESC, organisation_id, other_id
LIMIT $limit
