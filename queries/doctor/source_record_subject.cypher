// What a source said describes several nodes.
//
// $examples  int  how many places to name
// returns found, places
MATCH (r:SourceRecord)
WITH r, COUNT { (r)-[:DESCRIBES]->() } AS subjects
WHERE subjects > 1
WITH r.key + ' (' + toString(subjects) + ' nodes)' AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
