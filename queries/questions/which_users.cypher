// Which users did an event, where, how often, and when first and last?
// One row for each person in an organisation, the most events first. The organisation is null for events outside any
// organisation.
//
// $event         string      the event
// $days          int?        only the last N whole UTC days, today included; null for all time
// $organisation  string?     only events in this organisation (its id); null for anywhere
// $limit         int = 1000  most rows of the answer
// $now           int         the clock, in epoch milliseconds
// returns person_id, name, email, organisation_id, organisation, times, first_at, last_at
CALL () {
  MATCH (o:Organisation)
  WHERE o.uncounted IS NULL AND ($organisation IS NULL OR o.id = $organisation)
  MATCH (o)<-[:IN_ORGANISATION]-(m:Membership)-[:ACTIVE_ON]->(a:Activity)
  WHERE $event IN a.names
  MATCH (m)<-[:HAS_MEMBERSHIP]-(p:Person)
  WHERE p.uncounted IS NULL
  RETURN p, o.id AS organisation_id, o.name AS organisation, a
  UNION ALL
  MATCH (p:Person)-[:ACTIVE_ON]->(a:Activity)
  WHERE $organisation IS NULL AND p.uncounted IS NULL AND $event IN a.names
  RETURN p, null AS organisation_id, null AS organisation, a
}
WITH p, organisation_id, organisation, a, date(datetime({epochMillis: $now})) AS today,
  duration({days: coalesce($days, 0)}) AS window
WHERE $days IS NULL OR (a.day > today - window AND a.day <= today)
UNWIND range(0, size(a.names) - 1) AS i
WITH p, organisation_id, organisation, a, i
WHERE a.names[i] = $event
WITH p, organisation_id, organisation, sum(a.counts[i]) AS times, min(a.firsts[i]) AS firstMs, max(a.lasts[i]) AS lastMs
RETURN p.id AS person_id, p.name AS name, p.email AS email, organisation_id, organisation, times,
  datetime({epochMillis: firstMs}) AS first_at, datetime({epochMillis: lastMs}) AS last_at
ORDER BY times DESC, person_id, organisation_id
LIMIT $limit
