// One Journey for each key.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:Journey) REQUIRE n.key IS UNIQUE
