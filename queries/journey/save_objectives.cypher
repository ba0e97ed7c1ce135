// Store the objectives of a stage in their order; those it has no longer are kept for what was achieved, and marked removed.
//
// $stage       string  the stage's key
// $objectives  list    key, name, kind, criteria, manual, applies_to, after, position
// $now         int     epoch milliseconds
// returns nothing
MATCH (s:Stage {key: $stage})
CALL (s) {
  MATCH (s)-[:HAS_OBJECTIVE]->(gone:Objective {stage: $stage})
  WHERE gone.removedAt IS NULL AND NOT gone.key IN [row IN $objectives | row.key]
  SET gone.removedAt = datetime({epochMillis: $now})
}
CALL (s) {
  UNWIND $objectives AS row
  MERGE (x:Objective {key: row.key})
  SET x.stage = $stage, x.name = row.name, x.kind = row.kind, x.criteria = row.criteria, x.manual = row.manual,
      x.appliesTo = row.applies_to, x.after = row.after, x.position = row.position, x.removedAt = null
  MERGE (s)-[:HAS_OBJECTIVE]->(x)
}
