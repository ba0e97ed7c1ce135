// The identities that a merge moved, and the survivor of the merge.
//
// $id  string  id of who was merged away
// returns moved, last
OPTIONAL MATCH (p:Person {id: $id})
OPTIONAL MATCH (o:Organisation {id: $id})
WITH coalesce(p, o) AS n
MATCH (n)-[m:MERGED_INTO]->(next)
OPTIONAL MATCH (next)-[:MERGED_INTO*1..20]->(last)
WHERE last.mergedInto IS NULL
RETURN m.moved AS moved, coalesce(last, next).id AS last
