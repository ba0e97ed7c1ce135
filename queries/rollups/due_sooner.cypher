// Make organisations due at an instant, unless they are due before: their people change by time alone, or others that they read.
// The instant until which their stages are steady is not known any more.
//
// $rows  list  id, and due (epoch milliseconds)
// returns nothing
UNWIND $rows AS row
MATCH (o:Organisation {id: row.id})
SET o.movesAt = null,
    o.dueAt = CASE WHEN o.dueAt <= datetime({epochMillis: row.due}) THEN o.dueAt ELSE datetime({epochMillis: row.due}) END
