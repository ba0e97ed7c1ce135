// Removes what sources said of somebody.
//
// $keys  list  keys of identities
UNWIND $keys AS key
MATCH (r:SourceRecord {via: key})
DETACH DELETE r
