// Silence organisations for an objective, each in its open stay. An earlier silence of the same is replaced.
//
// $stage      string   the stage's key
// $objective  string   the objective's key
// $kind       string   ACKNOWLEDGED or SNOOZED
// $at         int      epoch milliseconds
// $by         string?  who silences it
// $note       string?  why
// $rows       list     organisation (its id), until (epoch milliseconds)
// returns nothing
UNWIND $rows AS row
MATCH (o:Organisation {id: row.organisation})
MATCH (o)-[:STAYED]->(s:Stay)
WHERE s.stage = $stage AND s.open
MERGE (q:Silence {key: s.key + '|' + $objective})
SET q.objective = $objective, q.kind = $kind, q.at = datetime({epochMillis: $at}),
    q.until = datetime({epochMillis: row.until}), q.by = $by, q.note = $note
MERGE (s)-[:HAS_SILENCE]->(q)
