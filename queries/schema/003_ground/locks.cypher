// Create the 512 nodes that transactions of facts lock. Identities share them by the hash of their key.
//
// returns nothing
UNWIND ['i', 'e'] AS group
UNWIND range(0, 255) AS n
WITH group + ':' + right('00' + toString(n), 3) AS key
OPTIONAL MATCH (known:Lock {key: key})
WITH key, known
WHERE known IS NULL
CREATE (:Lock {key: key})
