// Two nodes of a label have the same key.
//
// $examples  int  how many places to name
// returns found, places
CALL () {
  MATCH (n:Person) WHERE n.id IS NOT NULL
  WITH n.id AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Person ' + key AS place
  UNION ALL
  MATCH (n:Organisation) WHERE n.id IS NOT NULL
  WITH n.id AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Organisation ' + key AS place
  UNION ALL
  MATCH (n:Membership) WHERE n.id IS NOT NULL
  WITH n.id AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Membership ' + key AS place
  UNION ALL
  MATCH (n:Event) WHERE n.id IS NOT NULL
  WITH n.id AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Event ' + key AS place
  UNION ALL
  MATCH (n:Activity) WHERE n.key IS NOT NULL
  WITH n.key AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Activity ' + key AS place
  UNION ALL
  MATCH (n:Identity) WHERE n.key IS NOT NULL
  WITH n.key AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Identity ' + key AS place
  UNION ALL
  MATCH (n:SourceRecord) WHERE n.key IS NOT NULL
  WITH n.key AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'SourceRecord ' + key AS place
  UNION ALL
  MATCH (n:AttributeDefinition) WHERE n.key IS NOT NULL
  WITH n.key AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'AttributeDefinition ' + key AS place
  UNION ALL
  MATCH (n:Rejected) WHERE n.id IS NOT NULL
  WITH n.id AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Rejected ' + key AS place
  UNION ALL
  MATCH (n:IdentityConflict) WHERE n.id IS NOT NULL
  WITH n.id AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'IdentityConflict ' + key AS place
  UNION ALL
  MATCH (n:Suppressed) WHERE n.key IS NOT NULL
  WITH n.key AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Suppressed ' + key AS place
  UNION ALL
  MATCH (n:Lock) WHERE n.key IS NOT NULL
  WITH n.key AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Lock ' + key AS place
  UNION ALL
  MATCH (n:Journey) WHERE n.key IS NOT NULL
  WITH n.key AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Journey ' + toString(key) AS place
  UNION ALL
  MATCH (n:Stage) WHERE n.key IS NOT NULL
  WITH n.key AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Stage ' + toString(key) AS place
  UNION ALL
  MATCH (n:Objective) WHERE n.key IS NOT NULL
  WITH n.key AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Objective ' + toString(key) AS place
  UNION ALL
  MATCH (n:StageVersion) WHERE n.key IS NOT NULL
  WITH n.key AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'StageVersion ' + toString(key) AS place
  UNION ALL
  MATCH (n:Stay) WHERE n.key IS NOT NULL
  WITH n.key AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Stay ' + toString(key) AS place
  UNION ALL
  MATCH (n:Silence) WHERE n.key IS NOT NULL
  WITH n.key AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Silence ' + toString(key) AS place
  UNION ALL
  MATCH (n:SyncCursor) WHERE n.key IS NOT NULL
  WITH n.key AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'SyncCursor ' + toString(key) AS place
  UNION ALL
  MATCH (n:SyncRun) WHERE n.id IS NOT NULL
  WITH n.id AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'SyncRun ' + toString(key) AS place
  UNION ALL
  MATCH (n:Migration) WHERE n.key IS NOT NULL
  WITH n.key AS key, count(*) AS nodes WHERE nodes > 1
  RETURN 'Migration ' + toString(key) AS place
}
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
