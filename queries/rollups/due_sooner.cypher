// Have some organisations evaluated at an instant, unless they are due before: time alone changes people of theirs then.
//
// $rows  list  id, and due (epoch milliseconds)
// returns nothing
UNWIND $rows AS row
MATCH (o:Organisation {id: row.id})
WHERE o.dueAt IS NULL OR o.dueAt > datetime({epochMillis: row.due})
SET o.dueAt = datetime({epochMillis: row.due})
