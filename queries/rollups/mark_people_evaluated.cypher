// Mark people as evaluated, and store when they are due next.
//
// $rows  list  id, and due (epoch milliseconds or null)
// returns nothing
UNWIND $rows AS row
MATCH (p:Person {id: row.id})
SET p.staleSince = null, p.dueAt = CASE WHEN row.due IS NULL THEN null ELSE datetime({epochMillis: row.due}) END
