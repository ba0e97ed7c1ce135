// Remove all but the newest runs of a source.
//
// $source  string  the source's name
// $kept    int     how many stay
MATCH (r:SyncRun {source: $source})
WITH r ORDER BY r.startedAt DESC, r.id
WITH collect(r) AS runs
UNWIND runs[$kept..] AS r
DETACH DELETE r
