// One IdentityConflict for each id.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:IdentityConflict) REQUIRE n.id IS UNIQUE
