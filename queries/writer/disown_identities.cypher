// Takes identities from whoever owns them.
//
// $keys  list  keys of identities
UNWIND $keys AS key
MATCH (i:Identity {key: key})<-[d:IDENTIFIED_BY]-()
DELETE d
