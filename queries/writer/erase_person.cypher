// Reduce a person to an id that counts nowhere, and their memberships to their times.
//
// $id   string  id of the person
// $now  int     epoch milliseconds
MATCH (p:Person {id: $id})
SET p = {id: p.id, uncounted: 'erased'}
WITH p
OPTIONAL MATCH (p)<-[was:MERGED_INTO]-()
SET was.moved = []
WITH DISTINCT p
OPTIONAL MATCH (p)-[:HAS_MEMBERSHIP]->(m:Membership)
SET m = {
  id: m.id, since: m.since, until: m.until, origin: m.origin, roles: [], primary: false, firstSeenAt: m.firstSeenAt,
  lastSeenAt: m.lastSeenAt, uncounted: 'erased'
}
WITH m
MATCH (m)-[:IN_ORGANISATION]->(o:Organisation)
SET o.version = o.version + 1, o.staleSince = coalesce(o.staleSince, datetime({epochMillis: $now})),
  o.touchedAt = datetime({epochMillis: $now})
