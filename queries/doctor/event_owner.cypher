// An event does not have exactly one owner.
//
// $examples  int  how many places to name
// returns found, places
MATCH (e:Event)
WITH e, COUNT { (e)<-[:PERFORMED]-(:Membership) } + COUNT { (e)<-[:PERFORMED]-(:Person) }
  + COUNT { (e)<-[:RECORDED]-(:Organisation) } AS owners, COUNT { (e)<-[:PERFORMED|RECORDED]-() } AS edges
WHERE owners <> 1 OR edges <> 1
WITH e.id + ' (' + toString(edges) + ' owners)' AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
