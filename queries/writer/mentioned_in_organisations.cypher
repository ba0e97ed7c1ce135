// The organisations of which some source says something of an attribute.
//
// $named  string  how its name is written in JSON text before a value
// returns ids
MATCH (r:SourceRecord)
WHERE r.object = 'organisation' AND r.attributes CONTAINS $named
MATCH (r)-[:DESCRIBES]->(o:Organisation)
RETURN collect(DISTINCT o.id) AS ids
