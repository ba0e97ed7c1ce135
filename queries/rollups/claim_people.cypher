// Lock the evaluators and then people in the order given, until the transaction ends, and return those without an organisation.
//
// $ids  list  ids of people
// $now  int   epoch milliseconds
// returns definitions (the version of the definitions), rows (lists of id, and whether the person has no organisation);
//         nothing without people
MERGE (l:Lock {key: 'rollups'})
SET l.turns = coalesce(l.turns, 0) + 1
WITH coalesce(l.version, 0) AS definitions
UNWIND $ids AS id
MATCH (p:Person {id: id})
SET p.staleSince = coalesce(p.staleSince, datetime({epochMillis: $now}))
WITH definitions, p, NOT EXISTS { (p)-[:HAS_MEMBERSHIP]->() } AND (p.uncounted IS NULL OR p.uncounted = 'shared') AS standalone
RETURN definitions, collect([p.id, standalone]) AS rows
