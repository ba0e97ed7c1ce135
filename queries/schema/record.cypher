// Record that a migration was applied; a second time changes nothing.
//
// $key   int     its number
// $name  string  its name
// $at    int     epoch milliseconds
// returns nothing
MERGE (m:Migration {key: $key})
ON CREATE SET m.name = $name, m.appliedAt = datetime({epochMillis: $at})
