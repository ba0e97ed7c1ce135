// The key of an identity is not its kind and value.
//
// $examples  int  how many places to name
// returns found, places
MATCH (i:Identity)
WHERE i.kind IS NULL OR i.value IS NULL OR i.key <> i.kind + ':' + i.value
WITH i.key AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
