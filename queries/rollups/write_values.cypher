// Store roll-ups of organisations, for what is decided by them next.
//
// $rows  list  id, values by property
// returns nothing
UNWIND $rows AS row
MATCH (o:Organisation {id: row.id})
SET o += row.values
