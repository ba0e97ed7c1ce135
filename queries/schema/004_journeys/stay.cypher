// One Stay for each key.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:Stay) REQUIRE n.key IS UNIQUE
