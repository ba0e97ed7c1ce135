// All attributes as one record, with their types, spellings and the precedence of their sources.
//
// returns definitions
MATCH (d:AttributeDefinition)
RETURN collect([d.entity, d.name, d.type, d.origin, d.source, d.sources, d.spellings, d.placeholders]) AS definitions
