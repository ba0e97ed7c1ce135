// Store the objectives of a stage in order. Removed ones are marked and kept, because achievements refer to them.
//
// $stage       string  the stage's key
// $objectives  list    key, name, kind, criteria, manual, applies_to, after, position
// $now         int     epoch milliseconds
// returns nothing
MATCH (s:Stage {key: $stage})
CALL (s) {
  MATCH (s)-[:HAS_OBJECTIVE]->(old:Objective {stage: $stage})
  WHERE old.removedAt IS NULL AND NOT old.key IN [row IN $objectives | row.key]
  SET old.removedAt = datetime({epochMillis: $now})
}
CALL (s) {
  UNWIND $objectives AS row
  MERGE (x:Objective {key: row.key})
  SET x.stage = $stage, x.name = row.name, x.kind = row.kind, x.criteria = row.criteria, x.manual = row.manual,
      x.appliesTo = row.applies_to, x.after = row.after, x.position = row.position, x.removedAt = null
  MERGE (s)-[:HAS_OBJECTIVE]->(x)
}
