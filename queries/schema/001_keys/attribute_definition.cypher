// One AttributeDefinition for each key.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:AttributeDefinition) REQUIRE n.key IS UNIQUE
