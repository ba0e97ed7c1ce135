// One Suppressed for each key.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:Suppressed) REQUIRE n.key IS UNIQUE
