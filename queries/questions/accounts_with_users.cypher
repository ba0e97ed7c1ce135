// How many accounts have X or more users?
// Users are current members. Each person counts once in an account, however many spells they have. `people` counts
// each person once over all those accounts. `memberships` counts a person once in each account.
//
// $at_least      int       X
// $role          string?   only members with this role there
// $event         string?   only members who caused this event there
// $days          int?      only members who acted there in the last N whole UTC days, today included; with an event,
//                          members who caused it
// $organisation  string?   only this organisation (its id); null for all
// $now           int       the clock, in epoch milliseconds
// returns accounts, people, memberships
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
  } AS users
WHERE size(users) >= $at_least
UNWIND CASE WHEN size(users) = 0 THEN [null] ELSE users END AS user
RETURN count(DISTINCT o) AS accounts, count(DISTINCT user) AS people, count(user) AS memberships
