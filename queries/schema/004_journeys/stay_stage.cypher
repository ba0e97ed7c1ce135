// Find Stay nodes by stage.
//
// returns nothing
CREATE INDEX IF NOT EXISTS FOR (n:Stay) ON (n.stage)
