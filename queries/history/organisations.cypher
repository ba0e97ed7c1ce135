// Present and past statements of sources about organisations.
//
// $ids  list  ids of organisations
// returns id, records (of each: source, attributes and past as JSON texts)
UNWIND $ids AS id
MATCH (n:Organisation {id: id})
RETURN n.id AS id, COLLECT {
  MATCH (n)<-[:DESCRIBES]-(r:SourceRecord)
  WHERE r.object = 'organisation'
  RETURN [r.source, r.attributes, r.past]
} AS records
