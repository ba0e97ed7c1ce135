// Say that every organisation was looked at since a stage changed, unless it was changed again meanwhile.
//
// $key          string  the stage's key
// $stale_since  int     epoch milliseconds, as it was read
// returns nothing
MATCH (s:Stage {key: $key})
WHERE s.staleSince = datetime({epochMillis: $stale_since})
SET s.staleSince = null, s.backfilling = false
