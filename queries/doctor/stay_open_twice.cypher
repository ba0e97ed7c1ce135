// An organisation is in one stage twice at once (J7).
//
// $examples  int  how many places to name
// returns found, places
MATCH (o:Organisation)-[:STAYED]->(s:Stay)
WHERE s.open = true AND o.staleSince IS NULL
WITH o.id + '|' + s.stage AS place, count(s) AS stays
WHERE stays > 1
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
