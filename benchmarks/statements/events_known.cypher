// Return the known ones of some events, and the counters of some days.
CALL () {
  UNWIND $ids AS id
  MATCH (e:Event {id: id})
  RETURN collect(e.id) AS known
}
CALL () {
  UNWIND $days AS key
  MATCH (a:Activity {key: key})
  RETURN collect([a.key, a.names, a.counts, a.firsts, a.lasts]) AS counters
}
RETURN known, counters
