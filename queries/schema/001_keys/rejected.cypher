// One Rejected for each id.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:Rejected) REQUIRE n.id IS UNIQUE
