// One Stage for each key.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:Stage) REQUIRE n.key IS UNIQUE
