// Store computed values of organisations, and when they are due next. They are no longer stale, unless facts still wait.
//
// $rows  list  id, version as it was read, values by property, due, until when time alone moves no stage, whether facts wait
// returns nothing
UNWIND $rows AS row
MATCH (o:Organisation {id: row.id})
WHERE coalesce(o.version, 0) = coalesce(row.version, 0)
SET o += row.values,
    o.staleSince = CASE WHEN row.waits THEN o.staleSince END,
    o.touchedAt = CASE WHEN row.waits THEN o.touchedAt END,
    o.toldAt = CASE WHEN row.waits THEN o.toldAt END,
    o.dueAt = CASE WHEN row.due IS NULL THEN null ELSE datetime({epochMillis: row.due}) END,
    o.movesAt = CASE WHEN row.moves IS NULL THEN null ELSE datetime({epochMillis: row.moves}) END
