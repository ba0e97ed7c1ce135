// Running statements, so that one whose caller has given up can be ended.
//
// returns id, text, milliseconds
SHOW TRANSACTIONS
YIELD transactionId, currentQuery, elapsedTime
RETURN transactionId AS id, currentQuery AS text, elapsedTime.milliseconds AS milliseconds
