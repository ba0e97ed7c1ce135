// Link records to the organisations that they describe.
//
// $rows  list  key (of a record), target (id)
UNWIND $rows AS r
MATCH (s:SourceRecord {key: r.key})
MATCH (o:Organisation {id: r.target})
CREATE (s)-[:DESCRIBES]->(o)
