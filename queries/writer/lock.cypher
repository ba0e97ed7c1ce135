// Takes the locks of these buckets in their order, so that services which share a database write in turn what they share.
// To give a node the label that it has locks it, and writes nothing.
//
// $buckets  list  keys of locks, sorted
// returns held
UNWIND $buckets AS bucket
MATCH (l:Lock {key: bucket})
SET l:Lock
RETURN count(*) AS held
