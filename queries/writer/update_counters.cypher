// Sets day counters.
//
// $rows  list  key, count, names, counts, firsts, lasts
UNWIND $rows AS r
MATCH (a:Activity {key: r.key})
SET a.count = r.count, a.names = r.names, a.counts = r.counts, a.firsts = r.firsts, a.lasts = r.lasts
