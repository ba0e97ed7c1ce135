// Store the present state of a run. The first time makes it.
// A run of another source is left alone, and one that has ended does not run again, however late an entry arrives.
//
// $id       string   of the run
// $source   string   the source's name
// $kind     string   the source's kind, such as files
// $state    string   RUNNING, COMPLETE, FAILED or INTERRUPTED
// $streams  string   JSON text: what became of each stream so far
// $error    string?  why the run failed
// $now      int      epoch milliseconds
MERGE (r:SyncRun {id: $id})
ON CREATE SET r.source = $source, r.kind = $kind, r.startedAt = datetime({epochMillis: $now})
WITH r
WHERE r.source = $source AND (r.endedAt IS NULL OR $state <> 'RUNNING')
SET r.state = $state, r.streams = $streams, r.error = $error, r.seenAt = datetime({epochMillis: $now}),
    r.endedAt = CASE WHEN $state = 'RUNNING' THEN null ELSE datetime({epochMillis: $now}) END
