// Store hashed identities of an erased person, so that no source brings the person back.
//
// $hashes  list  keyed hashes of identities
UNWIND $hashes AS hash
MERGE (:Suppressed {key: hash})
