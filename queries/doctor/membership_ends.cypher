// A membership does not join exactly one person and one organisation.
//
// $examples  int  how many places to name
// returns found, places
MATCH (m:Membership)
WITH m, COUNT { (m)<-[:HAS_MEMBERSHIP]-(:Person) } AS people, COUNT { (m)-[:IN_ORGANISATION]->(:Organisation) } AS places
WHERE people <> 1 OR places <> 1
WITH m.id + ' (' + toString(people) + ' people, ' + toString(places) + ' organisations)' AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
