// Which accounts have X or more users?
// One row for each account, the most users first. Accounts and users are the same as in accounts_with_users.
//
// $at_least      int         X
// $role          string?     only members with this role there
// $event         string?     only members who caused this event there
// $days          int?        only members who acted there in the last N whole UTC days, today included; with an
//                            event, members who caused it
// $organisation  string?     only this organisation (its id); null for all
// $limit         int = 1000  most rows of the answer
// $now           int         the clock, in epoch milliseconds
// returns organisation_id, organisation, domain, users
WITH datetime({epochMillis: $now}) AS now, date(datetime({epochMillis: $now})) AS today,
  duration({days: coalesce($days, 0)}) AS window
MATCH (o:Organisation)
WHERE o.uncounted IS NULL AND ($organisation IS NULL OR o.id = $organisation)
WITH o,
  COLLECT {
    MATCH (o)<-[:IN_ORGANISATION]-(m:Membership)<-[:HAS_MEMBERSHIP]-(p:Person)
    WHERE p.uncounted IS NULL AND (m.since IS NULL OR m.since <= now) AND (m.until IS NULL OR m.until > now)
      AND ($role IS NULL OR m.role = $role OR $role IN m.roles)
      AND (($event IS NULL AND $days IS NULL) OR EXISTS {
        MATCH (p)-[:HAS_MEMBERSHIP]->(spell:Membership)-[:IN_ORGANISATION]->(o), (spell)-[:ACTIVE_ON]->(a:Activity)
        WHERE ($event IS NULL OR $event IN a.names)
          AND ($days IS NULL OR (a.day > today - window AND a.day <= today))
      })
    RETURN DISTINCT p.id
  } AS people
WITH o, size(people) AS users
WHERE users >= $at_least
RETURN o.id AS organisation_id, o.name AS organisation, o.domain AS domain, users
ORDER BY users DESC, organisation_id
LIMIT $limit
