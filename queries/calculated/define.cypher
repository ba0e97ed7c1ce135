// Store a calculated attribute, new or changed; everyone's value of it is stale from now on.
//
// $key          string   entity and name, joined by a colon
// $entity       string   organisation, person or membership
// $name         string   the attribute's name
// $description  string?  its description for people
// $spelling     string   the name as it was written
// $formula      string?  what it is worked out as; null for a score
// $score        string?  the rules of a score as JSON text; null for a formula
// $now          int      epoch milliseconds
// returns nothing
MERGE (d:AttributeDefinition {key: $key})
SET d.entity = $entity, d.name = $name, d.type = 'float', d.origin = 'calculated', d.description = $description,
    d.spellings = [$spelling], d.formula = $formula, d.score = $score,
    d.staleSince = datetime({epochMillis: $now}), d.removedAt = null
