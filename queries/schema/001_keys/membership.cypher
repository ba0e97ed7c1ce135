// One Membership for each id.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:Membership) REQUIRE n.id IS UNIQUE
