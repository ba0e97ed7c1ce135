// Return the known ones of some identities, which are not created again.
UNWIND $keys AS key
MATCH (i:Identity {key: key})
RETURN collect(i.key) AS known
