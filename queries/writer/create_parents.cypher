// Link organisations to their parents.
//
// $rows  list  child, parent (ids)
UNWIND $rows AS r
MATCH (c:Organisation {id: r.child})
MATCH (p:Organisation {id: r.parent})
CREATE (c)-[:PART_OF]->(p)
