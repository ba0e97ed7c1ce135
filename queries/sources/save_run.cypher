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
// returns source (of the stored run)
MERGE (r:SyncRun {id: $id})
ON CREATE SET r.source = $source, r.kind = $kind, r.startedAt = datetime({epochMillis: $now})
FOREACH (kept IN CASE WHEN r.source = $source AND (r.endedAt IS NULL OR $state <> 'RUNNING') THEN [r] ELSE [] END |
  SET kept.state = $state, kept.streams = $streams, kept.error = $error, kept.seenAt = datetime({epochMillis: $now}),
      kept.endedAt = CASE WHEN $state = 'RUNNING' THEN null ELSE datetime({epochMillis: $now}) END
)
RETURN r.source AS source
