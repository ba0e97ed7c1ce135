// One Identity for each key.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:Identity) REQUIRE n.key IS UNIQUE
