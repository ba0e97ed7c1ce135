// Adds events that belong to memberships.
//
// $rows  list  owner (id), id, name, at and received (epoch milliseconds), source, via, organisationVia, attribution, hash, properties
UNWIND $rows AS r
MATCH (m:Membership {id: r.owner})
CREATE (m)-[:PERFORMED]->(e:Event {
  id: r.id, name: r.name, occurredAt: datetime({epochMillis: r.at}), receivedAt: datetime({epochMillis: r.received}), source: r.source,
  via: r.via, organisationVia: r.organisationVia, attribution: r.attribution, hash: r.hash
})
SET e += r.properties
