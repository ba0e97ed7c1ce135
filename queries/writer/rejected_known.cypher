// The ids of rejected rows that are stored already.
//
// $ids  list  ids of rejected rows
// returns known
UNWIND $ids AS id
MATCH (r:Rejected {id: id})
RETURN collect(id) AS known
