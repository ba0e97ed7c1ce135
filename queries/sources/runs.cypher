// The newest runs of each source.
//
// $source  string?  one source alone
// $first   int      how many of each
// returns source, runs (newest first: id, kind, state, startedAt, seenAt and endedAt in epoch milliseconds, streams as JSON text, error)
MATCH (r:SyncRun)
WHERE $source IS NULL OR r.source = $source
WITH r ORDER BY r.startedAt DESC, r.id
WITH r.source AS source, collect(r)[0..$first] AS newest
RETURN source, [r IN newest | [
  r.id, r.kind, r.state, r.startedAt.epochMillis, r.seenAt.epochMillis, r.endedAt.epochMillis, r.streams, r.error
]] AS runs
ORDER BY source
