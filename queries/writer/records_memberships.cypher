// The membership records of people's identities.
//
// $keys  list  keys of people's identities
// returns records
UNWIND $keys AS key
MATCH (r:SourceRecord {via: key})
WHERE r.object = 'membership'
RETURN collect([r.key, r.source, r.object, r.via, r.organisationVia, r.attributes, r.statements, [(r)-[:DESCRIBES]->(n) | n.id]]) AS records
