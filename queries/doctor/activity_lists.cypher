// The lists of a day of activity do not fit each other or its count.
//
// $examples  int  how many places to name
// returns found, places
MATCH (a:Activity)
WHERE size(a.names) <> size(a.counts) OR size(a.names) <> size(a.firsts) OR size(a.names) <> size(a.lasts)
  OR a.count <> reduce(total = 0, n IN a.counts | total + n)
WITH a.key AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
