// What is the average number of users of active accounts?
// An account is active when a person acted in it within the window. With `own_events`, the organisation's own events
// (`Trial Started`) make it active too. `average_members` is the average number of current members.
// `average_active_people` is the average number of people who acted there within the window, members today or not.
//
// $days          int = 30         the last N whole UTC days, today included
// $own_events    boolean = false  whether an organisation's own events make it active
// $organisation  string?          only this organisation (its id); null for all
// $now           int              the clock, in epoch milliseconds
// returns active_accounts, members, average_members, active_people, average_active_people
WITH datetime({epochMillis: $now}) AS now, date(datetime({epochMillis: $now})) AS today
MATCH (o:Organisation)
WHERE o.uncounted IS NULL AND ($organisation IS NULL OR o.id = $organisation)
  AND (EXISTS {
    MATCH (o)<-[:IN_ORGANISATION]-(:Membership)-[:ACTIVE_ON]->(a:Activity)
    WHERE a.day > today - duration({days: $days}) AND a.day <= today
  } OR ($own_events AND EXISTS {
    MATCH (o)-[:ACTIVE_ON]->(a:Activity)
    WHERE a.day > today - duration({days: $days}) AND a.day <= today
  }))
WITH
  COLLECT {
    MATCH (o)<-[:IN_ORGANISATION]-(m:Membership)<-[:HAS_MEMBERSHIP]-(p:Person)
    WHERE p.uncounted IS NULL AND (m.since IS NULL OR m.since <= now) AND (m.until IS NULL OR m.until > now)
    RETURN DISTINCT p.id
  } AS members,
  COLLECT {
    MATCH (o)<-[:IN_ORGANISATION]-(m:Membership)<-[:HAS_MEMBERSHIP]-(p:Person)
    WHERE p.uncounted IS NULL AND EXISTS {
      MATCH (m)-[:ACTIVE_ON]->(a:Activity)
      WHERE a.day > today - duration({days: $days}) AND a.day <= today
    }
    RETURN DISTINCT p.id
  } AS active
RETURN count(*) AS active_accounts, sum(size(members)) AS members, avg(toFloat(size(members))) AS average_members,
  sum(size(active)) AS active_people, avg(toFloat(size(active))) AS average_active_people
