// A day of activity does not hang on exactly the owner and the day that its key names.
//
// $examples  int  how many places to name
// returns found, places
MATCH (a:Activity)
OPTIONAL MATCH (owner)-[:ACTIVE_ON]->(a)
WITH a, collect(owner.id) AS owners
WHERE size(owners) <> 1 OR a.key <> owners[0] + '|' + toString(a.day)
WITH a.key + ' (' + toString(size(owners)) + ' owners)' AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
