// The present parents of organisations.
//
// $ids  list  ids of organisations
// returns links
UNWIND $ids AS id
MATCH (o:Organisation {id: id})-[:PART_OF]->(above:Organisation)
RETURN collect([id, above.id]) AS links
