// Lock the evaluators and then organisations in the order given, until the transaction ends, and return their states.
// Of several services one evaluates at a time.
//
// $ids       list  ids of organisations
// $names     list  properties that hold roll-ups
// $instants  list  properties that hold roll-ups whose values are instants
// $now       int   epoch milliseconds
// returns definitions (the version of the definitions), rows (lists of id, version, whether it is stale, when it is due, the
//         commit of its newest fact and the time that fact speaks of, when its next membership begins and when the next one
//         ends, until when time alone moves no stage of it, and the values of the properties); nothing without organisations
MERGE (l:Lock {key: 'rollups'})
SET l.turns = coalesce(l.turns, 0) + 1
WITH coalesce(l.version, 0) AS definitions
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
SET o.evaluatedAt = datetime({epochMillis: $now})
WITH definitions, o
OPTIONAL MATCH (o)<-[:IN_ORGANISATION]-(m)
WHERE m.since > datetime({epochMillis: $now}) OR m.until > datetime({epochMillis: $now})
WITH definitions, o, min(CASE WHEN m.since > datetime({epochMillis: $now}) THEN m.since END) AS begins,
     min(CASE WHEN m.until > datetime({epochMillis: $now}) THEN m.until END) AS ends
WITH definitions, properties(o) AS known, begins, ends
RETURN definitions, collect([known.id, known.version, known.staleSince IS NOT NULL, known.dueAt.epochMillis,
                             known.touchedAt.epochMillis, known.toldAt.epochMillis, begins.epochMillis, ends.epochMillis,
                             known.movesAt.epochMillis,
                             [name IN $names | known[name]] +
                             [name IN $instants | known[name].epochMillis]]) AS rows
