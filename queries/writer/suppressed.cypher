// The hashed identities that belong to an erased person.
//
// $hashes  list  keyed hashes of identities
// returns found
UNWIND $hashes AS hash
MATCH (s:Suppressed {key: hash})
RETURN collect(s.key) AS found
