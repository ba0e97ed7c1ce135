// Take the evaluators' turn until the transaction ends, lock people in the order given, and say who of them belongs to no organisation.
//
// $ids  list  ids of people
// $now  int   epoch milliseconds
// returns definitions (the version of what is worked out), rows (lists of id, and whether they are to be worked out alone); nothing where there is none of them
MERGE (l:Lock {key: 'rollups'})
SET l.turns = coalesce(l.turns, 0) + 1
WITH coalesce(l.version, 0) AS definitions
UNWIND $ids AS id
MATCH (p:Person {id: id})
SET p.staleSince = coalesce(p.staleSince, datetime({epochMillis: $now}))
WITH definitions, p, NOT EXISTS { (p)-[:HAS_MEMBERSHIP]->() } AND (p.uncounted IS NULL OR p.uncounted = 'shared') AS alone
RETURN definitions, collect([p.id, alone]) AS rows
