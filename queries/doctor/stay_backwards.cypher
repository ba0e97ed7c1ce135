// A stay ends before it begins, or is open and ended at once (J3).
//
// $examples  int  how many places to name
// returns found, places
MATCH (s:Stay)
WHERE s.exitedAt < s.enteredAt OR s.open = (s.exitedAt IS NOT NULL)
WITH s.key AS place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
