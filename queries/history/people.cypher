// Present and past statements of sources about people.
//
// $ids  list  ids of people
// returns id, records (of each: source, attributes and past as JSON texts)
UNWIND $ids AS id
MATCH (n:Person {id: id})
RETURN n.id AS id, COLLECT {
  MATCH (n)<-[:DESCRIBES]-(r:SourceRecord)
  WHERE r.object = 'person'
  RETURN [r.source, r.attributes, r.past]
} AS records
