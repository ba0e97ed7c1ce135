// An objective was complete before its stay began (J8).
//
// $examples  int  how many places to name
// returns found, places
MATCH (s:Stay)-[a:ACHIEVED]->(x:Objective)
WHERE a.at < s.enteredAt
WITH s.key + ' ' + x.key AS place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
