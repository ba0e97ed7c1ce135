// Make the 512 nodes that transactions of facts lock: identities and the rest share them by hash.
//
// returns nothing
UNWIND ['i', 'e'] AS group
UNWIND range(0, 255) AS n
MERGE (:Lock {key: group + ':' + right('00' + toString(n), 3)})
