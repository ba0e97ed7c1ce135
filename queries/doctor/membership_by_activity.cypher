// A membership that only activity has shown stands beside another of the same person and organisation (M5).
//
// $examples  int  how many places to name
// returns found, places
MATCH (p:Person)-[:HAS_MEMBERSHIP]->(m:Membership)-[:IN_ORGANISATION]->(o:Organisation)
WHERE m.uncounted IS NULL
WITH p, o, collect(m) AS spells
WHERE size(spells) > 1
UNWIND spells AS m
WITH m
WHERE m.origin = 'activity'
WITH m.id AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
