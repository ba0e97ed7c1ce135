// Store an earlier version of a stage. A stored one is not changed.
//
// $stage       string  the stage's key
// $version     int     the version
// $definition  string  JSON text
// $now         int     epoch milliseconds
// returns nothing
MATCH (s:Stage {key: $stage})
MERGE (v:StageVersion {key: $stage + '|' + toString($version)})
ON CREATE SET v.stage = $stage, v.version = $version, v.definition = $definition,
  v.replacedAt = datetime({epochMillis: $now})
MERGE (s)-[:HAD_VERSION]->(v)
