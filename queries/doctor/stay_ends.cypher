// A stay has not exactly one organisation and one stage.
//
// $examples  int  how many places to name
// returns found, places
MATCH (s:Stay)
WHERE COUNT { MATCH (s)<-[:STAYED]-(:Organisation) } <> 1 OR COUNT { MATCH (s)-[:IN_STAGE]->(:Stage) } <> 1
WITH s.key AS place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
