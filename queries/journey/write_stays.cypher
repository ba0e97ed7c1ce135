// Store decided stays and their achievements.
//
// $stays     list  organisation, key, stage, entered and exited (epoch milliseconds, the second or null), values by property
// $achieved  list  stay (its key), objective, at (epoch milliseconds), values by property
// returns nothing
CALL () {
  UNWIND $stays AS row
  MATCH (o:Organisation {id: row.organisation})
  MATCH (g:Stage {key: row.stage})
  MERGE (s:Stay {key: row.key})
  SET s += row.values, s.enteredAt = datetime({epochMillis: row.entered}),
      s.exitedAt = CASE WHEN row.exited IS NULL THEN null ELSE datetime({epochMillis: row.exited}) END
  MERGE (o)-[:STAYED]->(s)
  MERGE (s)-[:IN_STAGE]->(g)
}
CALL () {
  UNWIND $achieved AS row
  MATCH (s:Stay {key: row.stay})
  MATCH (x:Objective {key: row.objective})
  MERGE (s)-[a:ACHIEVED]->(x)
  SET a += row.values, a.at = datetime({epochMillis: row.at})
}
