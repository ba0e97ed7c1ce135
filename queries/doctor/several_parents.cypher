// An organisation has several parents (F11).
//
// $examples  int  how many places to name
// returns found, places
MATCH (o:Organisation)
WITH o, COUNT { (o)-[:PART_OF]->(:Organisation) } AS parents
WHERE parents > 1
WITH o.id + ' (' + toString(parents) + ' parents)' AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
