// Takes the locks of these buckets in their order, so that services which share a database write in turn what they share.
//
// $buckets  list  keys of locks, sorted
// $token    int   anything that changes
// returns held
UNWIND $buckets AS bucket
MATCH (l:Lock {key: bucket})
SET l.token = $token
RETURN count(*) AS held
