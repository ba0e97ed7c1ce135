// Give stages their positions in a journey. Live ones become stale: organisations are evaluated again for them.
//
// $key   string  the journey's key
// $rows  list    key (of a stage), position
// $now   int     epoch milliseconds
// returns nothing
UNWIND $rows AS row
MATCH (j:Journey {key: $key})
MATCH (s:Stage {key: row.key})
SET s.journey = $key, s.position = row.position,
    s.staleSince = CASE WHEN s.status = 'LIVE' THEN datetime({epochMillis: $now}) ELSE s.staleSince END
WITH s, j
OPTIONAL MATCH (s)<-[other:HAS_STAGE]-(former:Journey)
WHERE former.key <> $key
DELETE other
WITH DISTINCT s, j
MERGE (j)-[:HAS_STAGE]->(s)
