// Silence the whole signal of an objective, for all organisations late with it now or later. An earlier silence is replaced.
//
// $objective  string   the objective's key
// $kind       string   SNOOZED
// $at         int      epoch milliseconds
// $until      int      epoch milliseconds
// $by         string?  who silences it
// $note       string?  why
// returns nothing
MATCH (x:Objective {key: $objective})
MERGE (q:Silence {key: $objective})
SET q.objective = $objective, q.kind = $kind, q.at = datetime({epochMillis: $at}),
    q.until = datetime({epochMillis: $until}), q.by = $by, q.note = $note
MERGE (x)-[:HAS_SILENCE]->(q)
