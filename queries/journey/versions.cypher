// The earlier versions of stages, as JSON text.
//
// returns stage, version, definition
MATCH (v:StageVersion)
RETURN v.stage AS stage, v.version AS version, v.definition AS definition
ORDER BY stage, version
