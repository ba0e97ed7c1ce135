// The versions of stages under which some organisation is in its stage now.
//
// returns stage, version
MATCH (s:Stay)
WHERE s.open = true
RETURN DISTINCT s.stage AS stage, s.version AS version
ORDER BY stage, version
