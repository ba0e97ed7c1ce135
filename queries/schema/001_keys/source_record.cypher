// One SourceRecord for each key.
//
// returns nothing
CREATE CONSTRAINT IF NOT EXISTS FOR (n:SourceRecord) REQUIRE n.key IS UNIQUE
