// Store the order of an attribute's sources.
//
// $key      string  entity and name, joined by a colon
// $entity   string  person, organisation or membership
// $name     string  the attribute
// $sources  list    names of sources, first to last
MERGE (d:AttributeDefinition {key: $key})
SET d.entity = $entity, d.name = $name, d.sources = $sources, d.type = coalesce(d.type, 'text'),
    d.origin = coalesce(d.origin, 'ingested'), d.spellings = coalesce(d.spellings, [])
