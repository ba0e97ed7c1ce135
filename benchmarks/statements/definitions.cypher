// Write the catalogue of the loaded attributes.
UNWIND $rows AS r
CREATE (:AttributeDefinition {key: r.entity + ':' + r.name, entity: r.entity, name: r.name, type: r.type, origin: 'ingested', spellings: [r.name]})
