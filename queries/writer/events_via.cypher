// The events that identities addressed, with their present owner.
//
// $keys  list  keys of people's identities
// returns events
UNWIND $keys AS key
MATCH (e:Event {via: key})
OPTIONAL MATCH (e)<-[:PERFORMED]-(owner)
RETURN collect([e.id, e.name, e.occurredAt.epochMillis, e.organisationVia, e.attribution, owner.id, key]) AS events
