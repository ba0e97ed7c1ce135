// Store computed values of memberships.
//
// $rows  list  id, and values by property
// returns nothing
UNWIND $rows AS row
MATCH (m:Membership {id: row.id})
SET m += row.values
