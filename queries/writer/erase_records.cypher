// Delete the statements of sources about a person.
//
// $keys  list  keys of identities
UNWIND $keys AS key
MATCH (r:SourceRecord {via: key})
DETACH DELETE r
