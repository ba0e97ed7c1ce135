// Which events came before the first X?
// Event names, ranked by the number of users with such an event strictly before their first X. `share` is the share
// of the users who did X. `times` counts all of those events. A user is the same as in average_events_before_first.
//
// $event             string           X
// $within_days       int?             only the N times 24 hours before the first X; null for everything before it
// $organisation      string?          only events in this organisation (its id); null for anywhere
// $per_organisation  boolean = false  without an organisation: count a person once in each of their organisations
// $limit             int = 1000       most rows of the answer
// returns name, users, share, times
CALL () {
  MATCH (o:Organisation)
  WHERE o.uncounted IS NULL AND ($organisation IS NULL OR o.id = $organisation)
  MATCH (o)<-[:IN_ORGANISATION]-(m:Membership)<-[:HAS_MEMBERSHIP]-(p:Person)
  WHERE p.uncounted IS NULL
  MATCH (m)-[:PERFORMED]->(e:Event)
  RETURN p.id + CASE WHEN $organisation IS NULL AND NOT $per_organisation THEN '' ELSE '|' + o.id END AS user,
    e.name AS name, e.occurredAt.epochMillis AS at
  UNION ALL
  MATCH (p:Person)-[:PERFORMED]->(e:Event)
  WHERE $organisation IS NULL AND NOT $per_organisation AND p.uncounted IS NULL
  RETURN p.id AS user, e.name AS name, e.occurredAt.epochMillis AS at
}
WITH user, collect({name: name, at: at}) AS events, min(CASE WHEN name = $event THEN at END) AS firstX
WHERE firstX IS NOT NULL
WITH collect({user: user, before: [e IN events
  WHERE e.at < firstX AND ($within_days IS NULL OR e.at >= firstX - coalesce($within_days, 0) * 86400000)]}) AS found
UNWIND found AS one
UNWIND one.before AS e
WITH size(found) AS all, e.name AS name, count(DISTINCT one.user) AS users, count(*) AS times
RETURN name, users, toFloat(users) / all AS share, times
ORDER BY users DESC, times DESC, name
LIMIT $limit
