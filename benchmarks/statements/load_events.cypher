// Write one day of each member with its counters, in the shape that the writer stores.
UNWIND $rows AS r
MATCH (m:Membership {id: r.owner})
CREATE (m)-[:ACTIVE_ON]->(:Activity {
  key: r.key, day: date(r.day), count: r.count, names: r.names, counts: r.counts, firsts: r.firsts, lasts: r.lasts
})
WITH m, r
UNWIND r.events AS e
CREATE (m)-[:PERFORMED]->(:Event {
  id: e[0], name: e[1], occurredAt: datetime({epochMillis: e[2]}), receivedAt: datetime({epochMillis: e[2]}), source: 'product',
  via: r.via, organisationVia: r.organisationVia, attribution: 'explicit', hash: r.key, amount: e[3]
})
