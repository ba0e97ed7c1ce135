// What the engine is working on: for ending a statement whose caller stopped waiting.
//
// returns id, text, milliseconds
SHOW TRANSACTIONS
YIELD transactionId, currentQuery, elapsedTime
RETURN transactionId AS id, currentQuery AS text, elapsedTime.milliseconds AS milliseconds
