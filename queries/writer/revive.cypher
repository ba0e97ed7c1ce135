// Give people and organisations back that were merged.
//
// $ids  list  ids
UNWIND $ids AS id
OPTIONAL MATCH (p:Person {id: id})
OPTIONAL MATCH (o:Organisation {id: id})
WITH coalesce(p, o) AS n
WHERE n IS NOT NULL
OPTIONAL MATCH (n)-[old:MERGED_INTO]->()
DELETE old
SET n.mergedInto = null, n.uncounted = null
