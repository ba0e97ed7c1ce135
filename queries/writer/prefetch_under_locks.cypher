// All that a transaction needs to know first, in one round trip and under locks, for services that share a graph.
// It locks buckets in their order, then people and organisations in the order of their ids, so that nobody waits in a circle.
// It reads a node only after it has locked it. Each part depends on the one before, so that no query plan changes their order.
// Setting the label that a node has already locks it, and writes nothing.
//
// $buckets  list  keys of locks, sorted
// $keys     list  identities: key, and whether all identities of its owner are wanted
// $events   list  ids of events
// $days     list  key (of an identity), days (texts) with events, own: whether the owner itself may count them, beside its memberships
// returns definitions, identities, events, people, memberships, organisations, counters, holdings
CALL () {
  UNWIND $buckets AS bucket
  MATCH (l:Lock {key: bucket})
  SET l:Lock
  RETURN count(*) AS held
}
CALL (held) {
  MATCH (d:AttributeDefinition)
  WHERE held >= 0
  RETURN collect([d.entity, d.name, d.type, d.origin, d.source, d.sources, d.spellings, d.placeholders]) AS definitions
}
CALL (held) {
  UNWIND CASE WHEN held >= 0 THEN $keys ELSE [] END AS k
  MATCH (i:Identity {key: k[0]})
  OPTIONAL MATCH (i)<-[:IDENTIFIED_BY]-(n)
  RETURN collect([i.key, n.id, n.uncounted, n:Organisation, i.apart, i.firstSeenAt.epochMillis, i.source]) AS identities,
         collect(DISTINCT n) AS owners, collect(DISTINCT CASE WHEN k[1] THEN n END) AS described
}
CALL (held) {
  UNWIND CASE WHEN held >= 0 THEN $events ELSE [] END AS id
  MATCH (e:Event {id: id})
  RETURN collect([id, e.hash]) AS events
}
CALL (owners) {
  UNWIND owners AS p
  WITH p WHERE p:Person
  WITH p ORDER BY p.id
  SET p:Person
  RETURN collect([p.id, p.firstSeenAt.epochMillis, p.lastSeenAt.epochMillis]) AS people
}
CALL (owners) {
  UNWIND owners AS p
  MATCH (p)-[:HAS_MEMBERSHIP]->(m)-[:IN_ORGANISATION]->(o)
  RETURN collect([m.id, p.id, o.id, m.since.epochMillis, m.until.epochMillis, m.origin, m.firstSeenAt.epochMillis, m.lastSeenAt.epochMillis, m.provenance]) AS memberships,
         collect(DISTINCT o) AS places
}
CALL (owners, places) {
  UNWIND owners + places AS o
  WITH DISTINCT o WHERE o:Organisation
  WITH o ORDER BY o.id
  SET o:Organisation
  RETURN collect([o.id, o.firstSeenAt.epochMillis, o.lastSeenAt.epochMillis]) AS organisations
}
CALL (described, people, organisations) {
  UNWIND CASE WHEN size(people) + size(organisations) > 0 THEN described ELSE [] END AS n
  MATCH (n)-[:IDENTIFIED_BY]->(j)
  RETURN collect([n.id, j.key]) AS holdings
}
CALL (people, organisations) {
  UNWIND CASE WHEN size(people) + size(organisations) > 0 THEN $days ELSE [] END AS d
  MATCH (i:Identity {key: d.key})<-[:IDENTIFIED_BY]-(n)
  OPTIONAL MATCH (n)-[:HAS_MEMBERSHIP]->(m)
  WITH d, n, collect(m.id) AS spells
  UNWIND CASE WHEN d.own THEN spells + n.id ELSE spells END AS owner
  UNWIND d.days AS day
  MATCH (a:Activity {key: owner + '|' + day})
  RETURN collect([a.key, a.names, a.counts, a.firsts, a.lasts]) AS counters
}
RETURN definitions, identities, events, people, memberships, organisations, counters, holdings
