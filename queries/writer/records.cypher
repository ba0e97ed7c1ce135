// The records of identities.
//
// $keys  list  keys of identities of the subject: a person, an organisation, or a membership's person
// returns records
UNWIND $keys AS key
MATCH (r:SourceRecord {via: key})
RETURN collect([r.key, r.source, r.object, r.via, r.organisationVia, r.attributes, r.statements, [(r)-[:DESCRIBES]->(n) | n.id]]) AS records
