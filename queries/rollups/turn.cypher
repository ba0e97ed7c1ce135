// Take the evaluators' turn until the transaction ends: of several services one evaluates at a time.
//
// returns version (of the definitions)
MERGE (l:Lock {key: 'rollups'})
SET l.turns = coalesce(l.turns, 0) + 1
RETURN coalesce(l.version, 0) AS version
