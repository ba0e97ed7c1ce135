// Which of these memberships' statements are known.
UNWIND $keys AS key
MATCH (r:SourceRecord {key: key})
RETURN collect(r.key) AS known
