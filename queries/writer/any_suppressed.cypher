// Whether any person was ever erased.
//
// returns any
MATCH (s:Suppressed)
RETURN count(s) > 0 AS any
