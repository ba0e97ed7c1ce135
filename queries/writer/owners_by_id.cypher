// The owner and the identities of our own ids. An old id leads to the survivor of the merge.
//
// $ids  list  ids of people or organisations
// returns found
UNWIND $ids AS id
OPTIONAL MATCH (p:Person {id: id})
OPTIONAL MATCH (o:Organisation {id: id})
WITH id, coalesce(p, o) AS named
WHERE named IS NOT NULL
OPTIONAL MATCH (named)-[:MERGED_INTO*1..20]->(last)
WHERE last.mergedInto IS NULL
WITH id, coalesce(last, named) AS n
OPTIONAL MATCH (n)-[:IDENTIFIED_BY]->(i:Identity)
WITH id, n, collect(i.key) AS keys
RETURN collect([id, n.id, n.uncounted, n:Organisation, keys]) AS found
