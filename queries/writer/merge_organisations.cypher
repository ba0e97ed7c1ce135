// Mark organisations as merged. The old id goes on resolving, and the moved identities are kept for undoing.
// Stays move, and go on naming the organisation that they were decided for (I4). Due instants move too (T3).
//
// $rows  list  old, new (ids), moved (keys of identities)
// $now   int   epoch milliseconds
UNWIND $rows AS r
MATCH (old:Organisation {id: r.old})
MATCH (new:Organisation {id: r.new})
SET old.uncounted = 'merged', old.mergedInto = r.new,
    new.dueAt = CASE WHEN old.dueAt IS NULL OR new.dueAt <= old.dueAt THEN new.dueAt ELSE old.dueAt END
CREATE (old)-[:MERGED_INTO {moved: r.moved, at: datetime({epochMillis: $now})}]->(new)
WITH old, new
MATCH (old)-[edge:STAYED]->(s:Stay)
DELETE edge
CREATE (new)-[:STAYED]->(s)
