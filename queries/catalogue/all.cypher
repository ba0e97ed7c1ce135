// All defined and reported attributes, with their type, origin and definition.
//
// returns entity, name, type, origin, category, description, source, sources, spellings, roll_up, include_descendants, formula, score
MATCH (d:AttributeDefinition)
RETURN d.entity AS entity, d.name AS name, d.type AS type, d.origin AS origin, d.category AS category,
       d.description AS description, d.source AS source, d.sources AS sources, d.spellings AS spellings,
       d.rollUp AS roll_up, d.includeDescendants AS include_descendants, d.formula AS formula, d.score AS score
ORDER BY entity, name
