// Removes day counters of days on which nothing is left.
//
// $keys  list  keys of counters
UNWIND $keys AS key
MATCH (a:Activity {key: key})
DETACH DELETE a
