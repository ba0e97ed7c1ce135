// Which version of the roll-ups' definitions holds now.
//
// returns version
MATCH (l:Lock {key: 'rollups'})
RETURN coalesce(l.version, 0) AS version
