// Create events at their owners (E3).
//
// $memberships_events  list  owner (id), received (epoch milliseconds), source, via, organisationVia, attribution, events: each a list of id, name, instant (epoch milliseconds), hash, properties
// $people_events  list  owner (id), received (epoch milliseconds), source, via, organisationVia, attribution, events: each a list of id, name, instant (epoch milliseconds), hash, properties
// $organisations_events  list  owner (id), received (epoch milliseconds), source, via, organisationVia, attribution, events: each a list of id, name, instant (epoch milliseconds), hash, properties
CALL () {
  UNWIND $memberships_events AS g
  MATCH (m:Membership {id: g.owner})
  UNWIND g.events AS r
  CREATE (m)-[:PERFORMED]->(e:Event {
    id: r[0], name: r[1], occurredAt: datetime({epochMillis: r[2]}), receivedAt: datetime({epochMillis: g.received}),
    source: g.source, via: g.via, organisationVia: g.organisationVia, attribution: g.attribution, hash: r[3]
  })
  SET e += r[4]
}
CALL () {
  UNWIND $people_events AS g
  MATCH (p:Person {id: g.owner})
  UNWIND g.events AS r
  CREATE (p)-[:PERFORMED]->(e:Event {
    id: r[0], name: r[1], occurredAt: datetime({epochMillis: r[2]}), receivedAt: datetime({epochMillis: g.received}),
    source: g.source, via: g.via, organisationVia: g.organisationVia, attribution: g.attribution, hash: r[3]
  })
  SET e += r[4]
}
CALL () {
  UNWIND $organisations_events AS g
  MATCH (o:Organisation {id: g.owner})
  UNWIND g.events AS r
  CREATE (o)-[:RECORDED]->(e:Event {
    id: r[0], name: r[1], occurredAt: datetime({epochMillis: r[2]}), receivedAt: datetime({epochMillis: g.received}),
    source: g.source, via: g.via, organisationVia: g.organisationVia, attribution: g.attribution, hash: r[3]
  })
  SET e += r[4]
}
