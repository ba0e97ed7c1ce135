// The people about whom a source states an attribute.
//
// $named  string  how its name is written in JSON text before a value
// returns ids
MATCH (r:SourceRecord)
WHERE r.object = 'person' AND r.attributes CONTAINS $named
MATCH (r)-[:DESCRIBES]->(p:Person)
RETURN collect(DISTINCT p.id) AS ids
