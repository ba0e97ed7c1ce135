// Transactions of these attempts that may still commit.
//
// $attempts  list  names in the transactions' metadata
// returns id
SHOW TRANSACTIONS
YIELD transactionId, metaData, status
WHERE metaData.attempt IN $attempts AND NOT status STARTS WITH 'Terminated'
RETURN transactionId AS id
