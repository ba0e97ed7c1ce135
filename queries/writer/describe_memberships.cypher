// Link records to the memberships that they describe.
//
// $rows  list  key (of a record), target (id)
UNWIND $rows AS r
MATCH (s:SourceRecord {key: r.key})
MATCH (m:Membership {id: r.target})
CREATE (s)-[:DESCRIBES]->(m)
