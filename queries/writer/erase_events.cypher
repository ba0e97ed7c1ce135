// Strip events of everything but their name, time and source.
//
// $keys  list  keys of identities
UNWIND $keys AS key
MATCH (e:Event {via: key})
SET e = {
  id: e.id, name: e.name, occurredAt: e.occurredAt, receivedAt: e.receivedAt, source: e.source, organisationVia: e.organisationVia,
  attribution: e.attribution, hash: e.hash
}
