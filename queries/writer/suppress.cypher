// Remembers hashed identities of somebody who is erased, so that no source brings them back.
//
// $hashes  list  keyed hashes of identities
UNWIND $hashes AS hash
MERGE (:Suppressed {key: hash})
