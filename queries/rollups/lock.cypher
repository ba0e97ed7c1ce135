// Lock organisations, in the order given, and say how they stand.
//
// $ids    list  ids of organisations
// $names  list  properties that hold roll-ups
// $now    int   epoch milliseconds
// returns id, version, stale, due (epoch milliseconds), stored (the properties' values)
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
SET o.evaluatedAt = datetime({epochMillis: $now})
RETURN o.id AS id, o.version AS version, o.staleSince IS NOT NULL AS stale, o.dueAt.epochMillis AS due,
       [name IN $names | o[name]] AS stored
