// Mark people as merged. The old id goes on resolving, and the moved identities are kept for undoing.
//
// $rows  list  old, new (ids), moved (keys of identities)
// $now   int   epoch milliseconds
UNWIND $rows AS r
MATCH (old:Person {id: r.old})
MATCH (new:Person {id: r.new})
SET old.uncounted = 'merged', old.mergedInto = r.new, old.shared = null
CREATE (old)-[:MERGED_INTO {moved: r.moved, at: datetime({epochMillis: $now})}]->(new)
