// Every attribute that is known, as `catalogue/all`, and what is known of stored roll-ups besides.
// In one record, one without a name where there is none: it is asked for at every evaluation, and a record an attribute costs more.
//
// returns version (of the roll-ups' definitions), attributes (maps of entity, name, type, origin, category, description, source, sources,
//         spellings, roll_up, include_descendants, formula, score, stale_since, removed)
OPTIONAL MATCH (l:Lock {key: 'rollups'})
WITH coalesce(l.version, 0) AS version
OPTIONAL MATCH (d:AttributeDefinition)
WITH version, d
ORDER BY d.entity, d.name
RETURN version, collect({
  entity: d.entity, name: d.name, type: d.type, origin: d.origin, category: d.category, description: d.description,
  source: d.source, sources: d.sources, spellings: d.spellings, roll_up: d.rollUp,
  include_descendants: d.includeDescendants, formula: d.formula, score: d.score,
  stale_since: d.staleSince.epochMillis, removed: d.removedAt IS NOT NULL
}) AS attributes
