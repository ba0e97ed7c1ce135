// An organisation is part of itself (F11).
//
// $examples  int  how many places to name
// returns found, places
MATCH (o:Organisation)-[:PART_OF]->(:Organisation)
WITH DISTINCT o
MATCH (o)-[:PART_OF*1..30]->(above:Organisation)
WHERE above.id = o.id
WITH DISTINCT o.id AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
