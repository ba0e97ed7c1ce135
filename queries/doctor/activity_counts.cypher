// A day of activity does not count what happened that day (E4).
//
// $examples  int  how many places to name
// returns found, places
MATCH (owner)-[:PERFORMED|RECORDED]->(e:Event)
WITH owner.id + '|' + toString(date(e.occurredAt)) AS key, e.name AS name, count(*) AS events,
  min(e.occurredAt.epochMillis) AS first, max(e.occurredAt.epochMillis) AS last
OPTIONAL MATCH (a:Activity {key: key})
WITH key, name, events, a, first, last
WHERE a IS NULL OR NOT any(i IN range(0, size(a.names) - 1) WHERE
  a.names[i] = name AND a.counts[i] = events AND a.firsts[i] = first AND a.lasts[i] = last)
WITH key + ' ' + name + ' (' + toString(events) + ' events)' AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
