// The people who have a value of an attribute.
//
// $property  string  the property that holds it
// returns ids
MATCH (p:Person)
WHERE p[$property] IS NOT NULL
RETURN collect(p.id) AS ids
