// Make the relationship types of journeys known to the engine before the first stay, on two nodes that do not stay.
//
// returns nothing
CREATE (a:Lock {key: 'edges:c'}), (b:Lock {key: 'edges:d'})
CREATE (a)-[:HAS_STAGE]->(b), (a)-[:HAS_OBJECTIVE]->(b), (a)-[:HAD_VERSION]->(b), (a)-[:STAYED]->(b),
  (a)-[:IN_STAGE]->(b), (a)-[:ACHIEVED]->(b)
DETACH DELETE a, b
