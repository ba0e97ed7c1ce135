// Delete day counters without events.
//
// $keys  list  keys of counters
UNWIND $keys AS key
MATCH (a:Activity {key: key})
DETACH DELETE a
