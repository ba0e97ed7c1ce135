// Two spells of one person in one organisation overlap or touch (M2).
//
// $examples  int  how many places to name
// returns found, places
MATCH (p:Person)-[:HAS_MEMBERSHIP]->(m:Membership)-[:IN_ORGANISATION]->(o:Organisation)
WHERE m.uncounted IS NULL
WITH p, o, collect(m) AS spells
WHERE size(spells) > 1
UNWIND spells AS a
UNWIND spells AS b
WITH a, b
WHERE a.id < b.id
  AND (a.since IS NULL OR b.until IS NULL OR a.since <= b.until)
  AND (b.since IS NULL OR a.until IS NULL OR b.since <= a.until)
WITH a.id + ' and ' + b.id AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
