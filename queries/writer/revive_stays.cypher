// Give merged organisations their stays back. Stays that the merge ended are open again (I4).
//
// $ids  list  ids
UNWIND $ids AS id
MATCH (o:Organisation {id: id})<-[:MERGED_INTO*0..20]-(home:Organisation)
MATCH (s:Stay {organisation: home.id})<-[edge:STAYED]-(other:Organisation)
WHERE other <> o
DELETE edge
CREATE (o)-[:STAYED]->(s)
WITH s
WHERE s.reason = 'merged'
SET s.open = true, s.exitedAt = null, s.outcome = null, s.reason = null
