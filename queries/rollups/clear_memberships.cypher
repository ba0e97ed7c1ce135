// Remove a property from some of the memberships that have it.
//
// $property  string  the property
// $cleared   map     the property with null
// $most      int     how many at once
// returns cleared
MATCH (m:Membership)
WHERE m[$property] IS NOT NULL
WITH m LIMIT $most
SET m += $cleared
RETURN count(m) AS cleared
