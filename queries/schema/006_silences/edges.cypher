// Make the relationship type of silences known to the engine before the first one, on two nodes that do not stay.
//
// returns nothing
CREATE (a:Lock {key: 'edges:silences'}), (b:Lock {key: 'edges:silenced'})
CREATE (a)-[:HAS_SILENCE]->(b)
DETACH DELETE a, b
