// All that a batch needs to know first, in one journey.
// Every attribute with its type, spellings and the precedence of its sources; which identities are known, who owns them, and since
// when they were seen; which events are known, and the hash of what each says.
//
// $keys    list  keys of identities
// $events  list  ids of events
// returns definitions, identities, events
CALL () {
  MATCH (d:AttributeDefinition)
  RETURN collect([d.entity, d.name, d.type, d.origin, d.source, d.sources, d.spellings]) AS definitions
}
CALL () {
  UNWIND $keys AS key
  MATCH (i:Identity {key: key})
  OPTIONAL MATCH (i)<-[:IDENTIFIED_BY]-(n)
  RETURN collect([i.key, n.id, n.uncounted, n:Organisation, i.apart, i.firstSeenAt.epochMillis, i.source]) AS identities
}
CALL () {
  UNWIND $events AS id
  MATCH (e:Event {id: id})
  RETURN collect([id, e.hash]) AS events
}
RETURN definitions, identities, events
