// The superseded values of records.
//
// $keys  list  keys of records
// returns past
UNWIND $keys AS key
MATCH (r:SourceRecord {key: key})
RETURN collect([r.key, r.past]) AS past
