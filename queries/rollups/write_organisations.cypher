// Store roll-ups of organisations and when they change next; what was read is no longer stale.
//
// $rows  list  id, version as it was read, values by property, due (epoch milliseconds or null)
// returns nothing
UNWIND $rows AS row
MATCH (o:Organisation {id: row.id})
WHERE coalesce(o.version, 0) = coalesce(row.version, 0)
SET o += row.values, o.staleSince = null,
    o.dueAt = CASE WHEN row.due IS NULL THEN null ELSE datetime({epochMillis: row.due}) END
