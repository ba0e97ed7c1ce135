// Take the evaluators' turn until the transaction ends: of several services one evaluates at a time.
//
// $holder  string  which evaluator has it
// returns nothing
MERGE (l:Lock {key: 'rollups'})
SET l.holder = $holder
