// All that a transaction needs to know first, in one round trip.
// It reads all attributes, the owners of identities, the hashes of known events, and day counters.
//
// $keys      list  keys of identities
// $events    list  ids of events
// $counters  list  keys of day counters: owner's id and day, joined by a bar
// returns definitions, identities, events, counters
CALL () {
  MATCH (d:AttributeDefinition)
  RETURN collect([d.entity, d.name, d.type, d.origin, d.source, d.sources, d.spellings, d.placeholders]) AS definitions
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
CALL () {
  UNWIND $counters AS key
  MATCH (a:Activity {key: key})
  RETURN collect([key, a.names, a.counts, a.firsts, a.lasts]) AS counters
}
RETURN definitions, identities, events, counters
