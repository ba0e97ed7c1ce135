// Mark a stage as no longer stale: every organisation was evaluated for it. Do nothing if it changed again meanwhile.
//
// $key          string  the stage's key
// $stale_since  int     epoch milliseconds, as it was read
// returns nothing
MATCH (s:Stage {key: $key})
WHERE s.staleSince = datetime({epochMillis: $stale_since})
SET s.staleSince = null, s.backfilling = false
