// A membership ends before it begins, or as it begins.
//
// $examples  int  how many places to name
// returns found, places
MATCH (m:Membership)
WHERE m.since >= m.until
WITH m.id AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
