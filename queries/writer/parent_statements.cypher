// Statements of sources about the parents and the children of these identities.
//
// $keys  list  keys of organisations' identities
// returns statements
UNWIND $keys AS key
CALL (key) {
  MATCH (r:SourceRecord {via: key})
  WHERE r.object = 'parent'
  RETURN r
  UNION
  MATCH (r:SourceRecord {organisationVia: key})
  WHERE r.object = 'parent'
  RETURN r
}
WITH DISTINCT r
RETURN collect([r.key, r.source, r.via, r.organisationVia, r.attributes]) AS statements
