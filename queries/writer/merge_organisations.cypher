// Marks organisations as merged into others; the old id goes on resolving, and what moved is kept for undoing.
//
// $rows  list  old, new (ids), moved (keys of identities)
// $now   int   epoch milliseconds
UNWIND $rows AS r
MATCH (old:Organisation {id: r.old})
MATCH (new:Organisation {id: r.new})
SET old.uncounted = 'merged', old.mergedInto = r.new
CREATE (old)-[:MERGED_INTO {moved: r.moved, at: datetime({epochMillis: $now})}]->(new)
