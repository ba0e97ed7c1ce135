// What is the average number of events before the first X?
// Count the events of each user strictly before their first X. The average is over the users who did X. By default a
// user is a person with all their events, in any organisation or in none. With `per_organisation`, or with an
// organisation, a user is a person in one organisation, and only events there count. `never_did` counts the users
// with other events, but no X.
//
// $event             string           X
// $organisation      string?          only events in this organisation (its id); null for anywhere
// $per_organisation  boolean = false  without an organisation: count a person once in each of their organisations
// returns average, users, never_did, fewest, most
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
WITH user, collect(at) AS instants, min(CASE WHEN name = $event THEN at END) AS firstX
WITH CASE WHEN firstX IS NULL THEN null ELSE size([at IN instants WHERE at < firstX]) END AS before
RETURN avg(toFloat(before)) AS average, count(before) AS users, count(*) - count(before) AS never_did,
  min(before) AS fewest, max(before) AS most
