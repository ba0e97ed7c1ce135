// Store a journey, new or changed. If it begins or ceases to be exclusive, its live stages become stale.
//
// $key        string    the journey's key
// $name       string?   its name; null leaves it
// $new_name   string    its name if it is new and none is given
// $exclusive  boolean?  whether an organisation is in one of its stages at most; null leaves it
// $now        int       epoch milliseconds
// returns nothing
MERGE (j:Journey {key: $key})
WITH j, $exclusive IS NOT NULL AND $exclusive <> coalesce(j.exclusive, false) AS is_switched
SET j.name = coalesce($name, j.name, $new_name), j.exclusive = coalesce($exclusive, j.exclusive, false)
WITH j, is_switched
WHERE is_switched
MATCH (j)-[:HAS_STAGE]->(s:Stage {status: 'LIVE'})
SET s.staleSince = datetime({epochMillis: $now})
