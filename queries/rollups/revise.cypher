// Say that a roll-up was defined or removed: what evaluators compiled before is outdated.
//
// returns nothing
MERGE (l:Lock {key: 'rollups'})
SET l.version = coalesce(l.version, 0) + 1
