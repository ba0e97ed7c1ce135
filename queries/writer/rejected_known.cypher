// Which of these rejected rows are kept already.
//
// $ids  list  ids of rejected rows
// returns known
UNWIND $ids AS id
MATCH (r:Rejected {id: id})
RETURN collect(id) AS known
