// Unlink identities from their owners.
//
// $keys  list  keys of identities
UNWIND $keys AS key
MATCH (i:Identity {key: key})<-[d:IDENTIFIED_BY]-()
DELETE d
