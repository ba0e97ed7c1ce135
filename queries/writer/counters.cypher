// The day counters with these keys.
//
// $keys  list  owner's id and day, joined by a bar
// returns counters
UNWIND $keys AS key
MATCH (a:Activity {key: key})
RETURN collect([key, a.names, a.counts, a.firsts, a.lasts]) AS counters
