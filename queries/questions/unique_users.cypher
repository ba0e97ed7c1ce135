// How many unique users did an event?
// `people` counts each person once. `memberships` counts a person once in each organisation with such an event of
// theirs. `times` counts the events. Without an organisation, events outside any organisation count too.
//
// $event         string    the event
// $days          int?      only the last N whole UTC days, today included; null for all time
// $organisation  string?   only events in this organisation (its id); null for anywhere
// $now           int       the clock, in epoch milliseconds
// returns people, memberships, times
CALL () {
  MATCH (o:Organisation)
  WHERE o.uncounted IS NULL AND ($organisation IS NULL OR o.id = $organisation)
  MATCH (o)<-[:IN_ORGANISATION]-(m:Membership)-[:ACTIVE_ON]->(a:Activity)
  WHERE $event IN a.names
  MATCH (m)<-[:HAS_MEMBERSHIP]-(p:Person)
  WHERE p.uncounted IS NULL
  RETURN p.id AS person, p.id + '|' + o.id AS membership, a
  UNION ALL
  MATCH (p:Person)-[:ACTIVE_ON]->(a:Activity)
  WHERE $organisation IS NULL AND p.uncounted IS NULL AND $event IN a.names
  RETURN p.id AS person, null AS membership, a
}
WITH person, membership, a, date(datetime({epochMillis: $now})) AS today,
  duration({days: coalesce($days, 0)}) AS window
WHERE $days IS NULL OR (a.day > today - window AND a.day <= today)
WITH person, membership,
  reduce(n = 0, i IN range(0, size(a.names) - 1) | n + CASE WHEN a.names[i] = $event THEN a.counts[i] ELSE 0 END) AS n
RETURN count(DISTINCT person) AS people, count(DISTINCT membership) AS memberships, sum(n) AS times
