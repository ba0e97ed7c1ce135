// The versions of stages with open stays.
//
// returns stage, version
MATCH (s:Stay)
WHERE s.open = true
RETURN DISTINCT s.stage AS stage, s.version AS version
ORDER BY stage, version
