// Delete rejected rows that have been written since.
//
// $ids  list  ids of rejected rows
UNWIND $ids AS id
MATCH (r:Rejected {id: id})
DELETE r
