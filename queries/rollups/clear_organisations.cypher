// Remove a property from some of the organisations that have it.
//
// $property  string  the property
// $cleared   map     the property with null
// $most      int     how many at once
// returns cleared
MATCH (o:Organisation)
WHERE o[$property] IS NOT NULL
WITH o LIMIT $most
SET o += $cleared
RETURN count(o) AS cleared
