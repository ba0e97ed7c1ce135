// What is the average number of events before the first X?
// For each user, how many events happened strictly before their first X; the mean is over those who did X. Anywhere, a
// user is a person with everything they did, in any organisation or in none; with `per_organisation`, or in one
// organisation, a user is a person there and only what they did there counts. `never_did` counts the users who did
// something, but not X.
//
// $event             string           X
// $organisation      string?          only what happened in this organisation (its id); null for anywhere
// $per_organisation  boolean = false  anywhere: each organisation of a person apart
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
