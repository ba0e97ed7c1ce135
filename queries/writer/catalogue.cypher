// Every attribute that is known, as one record: its type, spellings and the precedence of its sources.
//
// returns definitions
MATCH (d:AttributeDefinition)
RETURN collect([d.entity, d.name, d.type, d.origin, d.source, d.sources, d.spellings, d.placeholders]) AS definitions
