// Add the attributes that a stage and its objectives generate to the catalogue.
//
// $definitions  list  key, name, type, category, description
// returns nothing
UNWIND $definitions AS row
MERGE (d:AttributeDefinition {key: row.key})
SET d.entity = 'organisation', d.name = row.name, d.type = row.type, d.origin = 'generated',
    d.category = row.category, d.description = row.description, d.spellings = [row.name]
