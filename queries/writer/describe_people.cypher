// Link records to the people that they describe.
//
// $rows  list  key (of a record), target (id)
UNWIND $rows AS r
MATCH (s:SourceRecord {key: r.key})
MATCH (p:Person {id: r.target})
CREATE (s)-[:DESCRIBES]->(p)
