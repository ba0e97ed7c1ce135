// One Objective for each key.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:Objective) REQUIRE n.key IS UNIQUE
