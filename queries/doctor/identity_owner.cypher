// An identity has several owners.
//
// $examples  int  how many places to name
// returns found, places
MATCH (i:Identity)
WITH i, COUNT { (i)<-[:IDENTIFIED_BY]-() } AS owners
WHERE owners > 1
WITH i.key + ' (' + toString(owners) + ' owners)' AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
