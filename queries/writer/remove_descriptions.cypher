// Takes records off whatever they describe.
//
// $keys  list  keys of records
UNWIND $keys AS key
MATCH (r:SourceRecord {key: key})-[d:DESCRIBES]->()
DELETE d
