// Adds day counters of organisations.
//
// $rows  list  owner (id), key, day (text), count, names, counts, firsts, lasts
UNWIND $rows AS r
MATCH (o:Organisation {id: r.owner})
CREATE (o)-[:ACTIVE_ON]->(:Activity {
  key: r.key, day: date(r.day), count: r.count, names: r.names, counts: r.counts, firsts: r.firsts, lasts: r.lasts
})
