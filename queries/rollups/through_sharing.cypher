// The organisations that share present or past members with some organisations.
//
// $ids  list  ids of organisations
// returns id
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
MATCH (o)<-[:IN_ORGANISATION]-(:Membership)<-[:HAS_MEMBERSHIP]-(:Person)-[:HAS_MEMBERSHIP]->(:Membership)-[:IN_ORGANISATION]->(other:Organisation)
WHERE other <> o
RETURN DISTINCT other.id AS id
