// Return the known ones of some statements about memberships.
UNWIND $keys AS key
MATCH (r:SourceRecord {key: key})
RETURN collect(r.key) AS known
