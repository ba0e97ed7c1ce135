// Have some organisations evaluated at an instant, unless they are due before: time alone changes people of theirs then, or what they look at changed.
// What moves them by then is not known any more.
//
// $rows  list  id, and due (epoch milliseconds)
// returns nothing
UNWIND $rows AS row
MATCH (o:Organisation {id: row.id})
SET o.movesAt = null,
    o.dueAt = CASE WHEN o.dueAt <= datetime({epochMillis: row.due}) THEN o.dueAt ELSE datetime({epochMillis: row.due}) END
