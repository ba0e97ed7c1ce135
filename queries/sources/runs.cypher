// The newest runs of each source.
//
// $source  string?  one source alone
// $first   int      how many of each
// $most    int      most characters of streams; where the runs have more, none is returned
// returns source, characters (of the streams of all these runs), runs (newest first: id, kind, state, startedAt, seenAt and endedAt in epoch milliseconds, streams as JSON text, error)
MATCH (r:SyncRun)
WHERE $source IS NULL OR r.source = $source
WITH r ORDER BY r.startedAt DESC, r.id
WITH r.source AS source, collect(r)[0..$first] AS newest
WITH collect({source: source, runs: newest}) AS found,
     sum(reduce(characters = 0, r IN newest | characters + size(r.streams))) AS characters
UNWIND found AS each
RETURN each.source AS source, characters, [r IN each.runs WHERE characters <= $most | [
  r.id, r.kind, r.state, r.startedAt.epochMillis, r.seenAt.epochMillis, r.endedAt.epochMillis, r.streams, r.error
]] AS runs
ORDER BY source
