// Transactions of these attempts that can still commit.
//
// $attempts  list  names in the metadata of the transactions
// returns id
SHOW TRANSACTIONS
YIELD transactionId, metaData, status
WHERE metaData.attempt IN $attempts AND NOT status STARTS WITH 'Terminated'
RETURN transactionId AS id
