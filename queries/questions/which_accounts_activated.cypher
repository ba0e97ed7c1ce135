// Which accounts are activated, since when, and by how many people?
// One row for each activated account, as in accounts_activated. `activated_at` is the instant of the event that
// completed the number. `people` counts each person behind those events once; the organisation's own events have no
// people.
//
// $event         string      the event that means activation
// $times         int = 1     how often it must have happened
// $days          int?        only the last N whole UTC days, today included; null for all time
// $organisation  string?     only this organisation (its id); null for all
// $limit         int = 1000  most rows of the answer
// $now           int         the clock, in epoch milliseconds
// returns organisation_id, organisation, activated_at, times, people
WITH date(datetime({epochMillis: $now})) AS today, duration({days: coalesce($days, 0)}) AS window
MATCH (o:Organisation)
WHERE o.uncounted IS NULL AND ($organisation IS NULL OR o.id = $organisation)
CALL (o, today, window) {
  MATCH (o)<-[:IN_ORGANISATION]-(m:Membership)-[:PERFORMED]->(e:Event)
  WHERE e.name = $event
    AND ($days IS NULL OR (date(e.occurredAt) > today - window AND date(e.occurredAt) <= today))
  OPTIONAL MATCH (m)<-[:HAS_MEMBERSHIP]-(p:Person)
  WHERE p.uncounted IS NULL
  RETURN e.occurredAt AS at, p.id AS person
  UNION ALL
  MATCH (o)-[:RECORDED]->(e:Event)
  WHERE e.name = $event
    AND ($days IS NULL OR (date(e.occurredAt) > today - window AND date(e.occurredAt) <= today))
  RETURN e.occurredAt AS at, null AS person
}
WITH o, at, person
ORDER BY at
WITH o, collect(at) AS instants, count(DISTINCT person) AS people
WHERE size(instants) >= $times
RETURN o.id AS organisation_id, o.name AS organisation, instants[$times - 1] AS activated_at,
  size(instants) AS times, people
ORDER BY activated_at, organisation_id
LIMIT $limit
