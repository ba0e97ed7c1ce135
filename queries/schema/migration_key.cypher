// One Migration for each number; made before any migration is recorded.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:Migration) REQUIRE n.key IS UNIQUE
