// The own events of organisations that identities addressed, with their present owner.
//
// $keys  list  keys of organisations' identities
// returns events
UNWIND $keys AS key
MATCH (e:Event {organisationVia: key})<-[:RECORDED]-(owner:Organisation)
RETURN collect([e.id, e.name, e.occurredAt.epochMillis, key, owner.id]) AS events
