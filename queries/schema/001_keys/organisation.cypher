// One Organisation for each id.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:Organisation) REQUIRE n.id IS UNIQUE
