// Hangs new events on their owners, and sets the counters of their days, in one journey (E3, E4).
//
// $memberships_events  list  owner (id), id, name, at and received (epoch milliseconds), source, via, organisationVia, attribution, hash, properties
// $people_events  list  owner (id), id, name, at and received (epoch milliseconds), source, via, organisationVia, attribution, hash, properties
// $organisations_events  list  owner (id), id, name, at and received (epoch milliseconds), source, via, organisationVia, attribution, hash, properties
// $memberships_counters  list  owner (id), key, day (text), count, names, counts, firsts, lasts
// $people_counters  list  owner (id), key, day (text), count, names, counts, firsts, lasts
// $organisations_counters  list  owner (id), key, day (text), count, names, counts, firsts, lasts
// $changed_counters  list  key, count, names, counts, firsts, lasts
CALL () {
  UNWIND $memberships_events AS r
  MATCH (m:Membership {id: r.owner})
  CREATE (m)-[:PERFORMED]->(e:Event {
    id: r.id, name: r.name, occurredAt: datetime({epochMillis: r.at}), receivedAt: datetime({epochMillis: r.received}),
    source: r.source, via: r.via, organisationVia: r.organisationVia, attribution: r.attribution, hash: r.hash
  })
  SET e += r.properties
}
CALL () {
  UNWIND $people_events AS r
  MATCH (p:Person {id: r.owner})
  CREATE (p)-[:PERFORMED]->(e:Event {
    id: r.id, name: r.name, occurredAt: datetime({epochMillis: r.at}), receivedAt: datetime({epochMillis: r.received}),
    source: r.source, via: r.via, organisationVia: r.organisationVia, attribution: r.attribution, hash: r.hash
  })
  SET e += r.properties
}
CALL () {
  UNWIND $organisations_events AS r
  MATCH (o:Organisation {id: r.owner})
  CREATE (o)-[:RECORDED]->(e:Event {
    id: r.id, name: r.name, occurredAt: datetime({epochMillis: r.at}), receivedAt: datetime({epochMillis: r.received}),
    source: r.source, via: r.via, organisationVia: r.organisationVia, attribution: r.attribution, hash: r.hash
  })
  SET e += r.properties
}
CALL () {
  UNWIND $memberships_counters AS r
  MATCH (m:Membership {id: r.owner})
  CREATE (m)-[:ACTIVE_ON]->(:Activity {
    key: r.key, day: date(r.day), count: r.count, names: r.names, counts: r.counts, firsts: r.firsts, lasts: r.lasts
  })
}
CALL () {
  UNWIND $people_counters AS r
  MATCH (p:Person {id: r.owner})
  CREATE (p)-[:ACTIVE_ON]->(:Activity {
    key: r.key, day: date(r.day), count: r.count, names: r.names, counts: r.counts, firsts: r.firsts, lasts: r.lasts
  })
}
CALL () {
  UNWIND $organisations_counters AS r
  MATCH (o:Organisation {id: r.owner})
  CREATE (o)-[:ACTIVE_ON]->(:Activity {
    key: r.key, day: date(r.day), count: r.count, names: r.names, counts: r.counts, firsts: r.firsts, lasts: r.lasts
  })
}
CALL () {
  UNWIND $changed_counters AS r
  MATCH (a:Activity {key: r.key})
  SET a.count = r.count, a.names = r.names, a.counts = r.counts, a.firsts = r.firsts, a.lasts = r.lasts
}
