// Make properties known to the engine before a node has one, on a node that does not stay.
// Neo4j plans a statement again whenever a name in it comes into being. Long statements take seconds.
//
// $properties  map  the properties, each with some value
// returns nothing
CREATE (l:Lock {key: 'properties'})
SET l += $properties
DELETE l
