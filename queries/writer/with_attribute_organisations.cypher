// The organisations that have a value of an attribute.
//
// $property  string  the property that holds it
// returns ids
MATCH (o:Organisation)
WHERE o[$property] IS NOT NULL
RETURN collect(o.id) AS ids
