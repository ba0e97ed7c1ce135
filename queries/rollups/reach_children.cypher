// Have the organisations right below some evaluated: criteria of theirs look at their parent.
//
// $ids  list  ids of organisations that changed
// $now  int   epoch milliseconds
// returns nothing
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
MATCH (o)<-[:PART_OF]-(other:Organisation)
WHERE other <> o AND other.staleSince IS NULL
WITH DISTINCT other
SET other.staleSince = datetime({epochMillis: $now})
