// Take the lock of evaluators until the transaction ends, so that nobody else decides meanwhile.
//
// returns nothing
MERGE (l:Lock {key: 'rollups'})
SET l.turns = coalesce(l.turns, 0) + 1
