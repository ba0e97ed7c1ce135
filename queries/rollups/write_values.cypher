// Store values of organisations that statements read later in the transaction.
//
// $rows  list  id, values by property
// returns nothing
UNWIND $rows AS row
MATCH (o:Organisation {id: row.id})
SET o += row.values
