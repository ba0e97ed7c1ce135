// Silence the whole signal of an objective, whoever is late with it or comes to be; what was said of the same before is replaced.
//
// $objective  string   the objective's key
// $kind       string   SNOOZED
// $at         int      epoch milliseconds
// $until      int      epoch milliseconds
// $by         string?  who says so
// $note       string?  why
// returns nothing
MATCH (x:Objective {key: $objective})
MERGE (q:Silence {key: $objective})
SET q.objective = $objective, q.kind = $kind, q.at = datetime({epochMillis: $at}),
    q.until = datetime({epochMillis: $until}), q.by = $by, q.note = $note
MERGE (x)-[:HAS_SILENCE]->(q)
