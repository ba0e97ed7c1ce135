// The people with a membership of which some source says something of an attribute.
//
// $named  string  how its name is written in JSON text before a value
// returns ids
MATCH (r:SourceRecord)
WHERE r.object = 'membership' AND r.statements CONTAINS $named
MATCH (r)-[:DESCRIBES]->(:Membership)<-[:HAS_MEMBERSHIP]-(p:Person)
RETURN collect(DISTINCT p.id) AS ids
