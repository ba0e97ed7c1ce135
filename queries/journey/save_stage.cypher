// Store a stage, new or changed, in its journey.
//
// $journey         string   the journey's key
// $journey_name    string   its name if it is new
// $key             string   the stage's key
// $name            string   its name
// $description     string?  what it is for
// $position        int      its place in the journey
// $status          string   DRAFT, LIVE, PAUSED or ARCHIVED
// $entry           string   who enters
// $exit_mode       string   the kind of its exit rule
// $exit_days       int?     with a rule by days: how many
// $exit_criteria   string?  with CRITERIA: what must hold
// $completed_when  string?  with CRITERIA: who has completed on leaving
// $reentry         string   NEVER, ALWAYS or AFTER_DAYS
// $reentry_days    int?     with AFTER_DAYS: how many
// $version         int      grows with each change of a live stage
// $stale_since     int?     epoch milliseconds: when it became stale; null if organisations need no evaluation for it
// $backfilling     boolean  whether it has just gone live
// returns nothing
MERGE (j:Journey {key: $journey})
SET j.name = coalesce(j.name, $journey_name)
MERGE (s:Stage {key: $key})
SET s.journey = $journey, s.name = $name, s.description = $description, s.position = $position, s.status = $status,
    s.entry = $entry, s.exitMode = $exit_mode, s.exitDays = $exit_days, s.exitCriteria = $exit_criteria,
    s.completedWhen = $completed_when, s.reentry = $reentry, s.reentryDays = $reentry_days, s.version = $version,
    s.backfilling = $backfilling,
    s.staleSince = CASE WHEN $stale_since IS NULL THEN s.staleSince ELSE datetime({epochMillis: $stale_since}) END
WITH s, j
OPTIONAL MATCH (s)<-[other:HAS_STAGE]-(former:Journey)
WHERE former.key <> $journey
DELETE other
WITH DISTINCT s, j
MERGE (j)-[:HAS_STAGE]->(s)
