// Lock buckets in their order, so that services that share a database write one after the other.
// Setting the label that a node has already locks it, and writes nothing.
//
// $buckets  list  keys of locks, in their order
// returns held
UNWIND $buckets AS bucket
MATCH (l:Lock {key: bucket})
SET l:Lock
RETURN count(*) AS held
