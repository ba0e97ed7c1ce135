// Store computed values of people.
//
// $rows  list  id, and values by property
// returns nothing
UNWIND $rows AS row
MATCH (p:Person {id: row.id})
SET p += row.values
