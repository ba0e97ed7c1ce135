// Have the organisations right below some evaluated: criteria of theirs look at their parent.
// What time alone changed reaches them at the same instant, as what it was (T4); what facts changed makes them stale.
//
// $ids      list     ids of organisations that changed
// $now      int      epoch milliseconds
// $by_time  boolean  whether time alone changed them, at that instant
// returns reached
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
MATCH (o)<-[:PART_OF]-(other:Organisation)
WHERE other <> o
  AND (($by_time AND (other.dueAt IS NULL OR other.dueAt > datetime({epochMillis: $now})))
    OR (NOT $by_time AND other.staleSince IS NULL))
WITH DISTINCT other
SET other.staleSince = CASE WHEN $by_time THEN other.staleSince ELSE datetime({epochMillis: $now}) END,
    other.dueAt = CASE WHEN $by_time THEN datetime({epochMillis: $now}) ELSE other.dueAt END
RETURN count(other) AS reached
