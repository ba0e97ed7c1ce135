// One Silence for each key.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:Silence) REQUIRE n.key IS UNIQUE
