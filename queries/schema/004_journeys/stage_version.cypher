// One StageVersion for each key.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:StageVersion) REQUIRE n.key IS UNIQUE
