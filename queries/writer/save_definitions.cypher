// Store definitions of attributes.
//
// $rows  list  key, entity, name, type, origin, source, spellings, placeholders (`only` or `some`, where it has any)
UNWIND $rows AS r
MERGE (d:AttributeDefinition {key: r.key})
SET d.entity = r.entity, d.name = r.name, d.type = r.type, d.origin = r.origin, d.source = r.source, d.spellings = r.spellings, d.placeholders = r.placeholders
