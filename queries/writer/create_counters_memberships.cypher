// Adds day counters of memberships.
//
// $rows  list  owner (id), key, day (text), count, names, counts, firsts, lasts
UNWIND $rows AS r
MATCH (m:Membership {id: r.owner})
CREATE (m)-[:ACTIVE_ON]->(:Activity {
  key: r.key, day: date(r.day), count: r.count, names: r.names, counts: r.counts, firsts: r.firsts, lasts: r.lasts
})
