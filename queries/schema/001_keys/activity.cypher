// One Activity for each key.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:Activity) REQUIRE n.key IS UNIQUE
