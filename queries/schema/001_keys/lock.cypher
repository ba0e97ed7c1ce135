// One Lock for each key.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:Lock) REQUIRE n.key IS UNIQUE
