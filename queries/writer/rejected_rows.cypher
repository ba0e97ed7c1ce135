// Rejected rows as they came.
//
// $ids  list  ids of rejected rows
// returns rejected
UNWIND $ids AS id
MATCH (r:Rejected {id: id})
RETURN collect([r.id, r.row, r.code, r.path]) AS rejected
