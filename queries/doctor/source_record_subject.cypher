// A record of a source describes several nodes.
//
// $examples  int  how many places to name
// returns found, places
MATCH (r:SourceRecord)
// what a source says of a pair describes each of its spells (M2)
WHERE coalesce(r.object, '') <> 'membership'
WITH r, COUNT { (r)-[:DESCRIBES]->() } AS subjects
WHERE subjects > 1
WITH r.key + ' (' + toString(subjects) + ' nodes)' AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
