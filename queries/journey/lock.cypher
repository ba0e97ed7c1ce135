// Take the turn of evaluators until the transaction ends: nobody else decides meanwhile.
//
// returns nothing
MERGE (l:Lock {key: 'rollups'})
SET l.turns = coalesce(l.turns, 0) + 1
