// Every journey, by key.
//
// returns key, name, exclusive
MATCH (j:Journey)
RETURN j.key AS key, j.name AS name, coalesce(j.exclusive, false) AS exclusive
ORDER BY key
