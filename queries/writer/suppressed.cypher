// Which of these hashed identities belong to somebody who was erased.
//
// $hashes  list  keyed hashes of identities
// returns found
UNWIND $hashes AS hash
MATCH (s:Suppressed {key: hash})
RETURN collect(s.key) AS found
