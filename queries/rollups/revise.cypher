// Count a change of definitions: programs that evaluators compiled before are outdated.
//
// returns nothing
MERGE (l:Lock {key: 'rollups'})
SET l.version = coalesce(l.version, 0) + 1
