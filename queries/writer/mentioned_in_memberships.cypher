// The people of whose memberships some source says something of an attribute, be it a value that its type does not hold.
//
// $named  string  how its name is written in JSON text before a value
// returns ids
MATCH (r:SourceRecord)
WHERE r.object = 'membership' AND r.statements CONTAINS $named
MATCH (r)-[:DESCRIBES]->(:Membership)<-[:HAS_MEMBERSHIP]-(p:Person)
RETURN collect(DISTINCT p.id) AS ids
