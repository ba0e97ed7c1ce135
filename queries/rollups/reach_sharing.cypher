// Have the organisations that share members with some evaluated: criteria of theirs look at where members belong.
//
// $ids  list  ids of organisations that changed
// $now  int   epoch milliseconds
// returns nothing
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
MATCH (o)<-[:IN_ORGANISATION]-(:Membership)<-[:HAS_MEMBERSHIP]-(:Person)-[:HAS_MEMBERSHIP]->(:Membership)-[:IN_ORGANISATION]->(other:Organisation)
WHERE other <> o AND other.staleSince IS NULL
WITH DISTINCT other
SET other.staleSince = datetime({epochMillis: $now})
