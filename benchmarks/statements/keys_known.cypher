// Which of these identities are known: what is told again is not created again.
UNWIND $keys AS key
MATCH (i:Identity {key: key})
RETURN collect(i.key) AS known
