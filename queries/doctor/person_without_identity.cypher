// A person can be addressed by no identity.
//
// $examples  int  how many places to name
// returns found, places
MATCH (p:Person)
WHERE p.uncounted IS NULL AND NOT EXISTS { (p)-[:IDENTIFIED_BY]->(:Identity) }
WITH p.id AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
