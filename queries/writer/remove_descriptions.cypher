// Unlink records from everything that they describe.
//
// $keys  list  keys of records
UNWIND $keys AS key
MATCH (r:SourceRecord {key: key})-[d:DESCRIBES]->()
DELETE d
