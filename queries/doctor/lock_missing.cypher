// A lock that writers share is not there.
//
// $examples  int  how many places to name
// returns found, places
UNWIND [n IN range(0, 255) | 'i:' + right('00' + toString(n), 3)] + 'e:255' AS key
OPTIONAL MATCH (l:Lock {key: key})
WITH key, l
WHERE l IS NULL
WITH key AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
