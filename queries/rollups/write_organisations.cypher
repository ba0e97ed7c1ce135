// Store what was worked out for organisations and when they change next; what was read is no longer stale.
//
// $rows  list  id, version as it was read, values by property, due and before when time alone moves no stage (epoch milliseconds
//              or null), and whether facts still wait
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
