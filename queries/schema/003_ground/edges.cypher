// Make relationship types known to the engine before the first fact, on two nodes that do not stay.
//
// returns nothing
CREATE (a:Lock {key: 'edges:a'}), (b:Lock {key: 'edges:b'})
CREATE (a)-[:HAS_MEMBERSHIP]->(b), (a)-[:IN_ORGANISATION]->(b), (a)-[:PERFORMED]->(b), (a)-[:RECORDED]->(b),
  (a)-[:ACTIVE_ON]->(b), (a)-[:IDENTIFIED_BY]->(b), (a)-[:SEEN_WITH]->(b), (a)-[:DESCRIBES]->(b),
  (a)-[:PART_OF]->(b), (a)-[:MERGED_INTO]->(b)
DETACH DELETE a, b
