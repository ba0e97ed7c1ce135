// Every attribute that is known, as `catalogue/all`, and what is known of stored roll-ups besides; one row without any.
//
// returns version (of the roll-ups' definitions), entity, name, type, origin, category, description, source, sources, spellings,
//         roll_up, include_descendants, formula, score, stale_since, removed
OPTIONAL MATCH (l:Lock {key: 'rollups'})
WITH coalesce(l.version, 0) AS version
OPTIONAL MATCH (d:AttributeDefinition)
RETURN version, d.entity AS entity, d.name AS name, d.type AS type, d.origin AS origin, d.category AS category,
       d.description AS description, d.source AS source, d.sources AS sources, d.spellings AS spellings,
       d.rollUp AS roll_up, d.includeDescendants AS include_descendants, d.formula AS formula, d.score AS score,
       d.staleSince.epochMillis AS stale_since, d.removedAt IS NOT NULL AS removed
ORDER BY entity, name
