// Delete identities.
//
// $keys  list  keys of identities
UNWIND $keys AS key
MATCH (i:Identity {key: key})
DETACH DELETE i
