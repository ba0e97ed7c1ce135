// Which of these events are known, and what the days' counters hold.
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
