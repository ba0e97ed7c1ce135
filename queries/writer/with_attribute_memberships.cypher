// The people with a membership that has a value of an attribute.
//
// $property  string  the property that holds it
// returns ids
MATCH (m:Membership)
WHERE m[$property] IS NOT NULL
MATCH (m)<-[:HAS_MEMBERSHIP]-(p:Person)
RETURN collect(DISTINCT p.id) AS ids
