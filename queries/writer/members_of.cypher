// The people with a membership in these organisations, ended ones included.
//
// $organisations  list  ids of organisations
// returns people
UNWIND $organisations AS id
MATCH (o:Organisation {id: id})<-[:IN_ORGANISATION]-(:Membership)<-[:HAS_MEMBERSHIP]-(p:Person)
WHERE p.uncounted IS NULL OR p.uncounted <> 'erased'
RETURN collect(DISTINCT p.id) AS people
