// The days of activity of an owner count more or fewer events than it has (E4).
//
// $examples  int  how many places to name
// returns found, places
MATCH (owner)-[:ACTIVE_ON]->(a:Activity)
WITH owner, sum(a.count) AS counted
WITH owner, counted, COUNT { (owner)-[:PERFORMED|RECORDED]->(:Event) } AS events
WHERE counted <> events
WITH owner.id + ' (' + toString(counted) + ' counted, ' + toString(events) + ' events)' AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
