// What did one person do in each of their organisations, side by side?
// Every event of the person is in exactly one row, so nothing leaks from one organisation into another. The row
// without an organisation holds the person's other events. `member` says whether they are a member there now.
//
// $person  string      the person (their id)
// $limit   int = 1000  most rows of the answer
// $now     int         the clock, in epoch milliseconds
// returns organisation_id, organisation, member, roles, events, active_days, first_at, last_at, names
WITH datetime({epochMillis: $now}) AS now
MATCH (p:Person)
WHERE p.id = $person
CALL (p, now) {
  MATCH (p)-[:HAS_MEMBERSHIP]->(m:Membership)-[:IN_ORGANISATION]->(o:Organisation)
  OPTIONAL MATCH (m)-[:ACTIVE_ON]->(a:Activity)
  RETURN o.id AS organisation_id, o.name AS organisation, a, m.roles AS held,
    (m.since IS NULL OR m.since <= now) AND (m.until IS NULL OR m.until > now) AS current
  UNION ALL
  MATCH (p)-[:ACTIVE_ON]->(a:Activity)
  RETURN null AS organisation_id, null AS organisation, a, null AS held, false AS current
}
UNWIND CASE WHEN a IS NULL THEN [null] ELSE range(0, size(a.names) - 1) END AS i
WITH organisation_id, organisation, max(CASE WHEN current THEN 1 ELSE 0 END) = 1 AS member,
  collect(DISTINCT CASE WHEN current THEN held END) AS held, sum(a.counts[i]) AS events,
  count(DISTINCT a.day) AS active_days, min(a.firsts[i]) AS firstMs, max(a.lasts[i]) AS lastMs,
  collect(DISTINCT a.names[i]) AS names
RETURN organisation_id, organisation, member,
  reduce(all = [], some IN held | all + [role IN some WHERE NOT role IN all]) AS roles, events, active_days,
  CASE WHEN events > 0 THEN datetime({epochMillis: firstMs}) END AS first_at,
  CASE WHEN events > 0 THEN datetime({epochMillis: lastMs}) END AS last_at, names
ORDER BY events DESC, organisation_id
LIMIT $limit
