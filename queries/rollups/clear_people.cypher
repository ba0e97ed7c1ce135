// Remove a property from some of the people that have it.
//
// $property  string  the property
// $cleared   map     the property with null
// $most      int     how many at once
// returns cleared
MATCH (p:Person)
WHERE p[$property] IS NOT NULL
WITH p LIMIT $most
SET p += $cleared
RETURN count(p) AS cleared
