// Undo an unmerge: remove the marks that keep two sides of identities separate.
//
// $keys        list  keys of the one's identities
// $other_keys  list  keys of the other's identities
UNWIND $keys AS key
MATCH (i:Identity {key: key})
UNWIND $other_keys AS other
MATCH (j:Identity {key: other})
WITH i, j, [t IN coalesce(i.apart, []) WHERE replace(replace(replace(t, ':a', ':x'), ':b', ':a'), ':x', ':b') IN coalesce(j.apart, [])] AS between
SET i.apart = [t IN coalesce(i.apart, []) WHERE NOT t IN between]
SET j.apart = [t IN coalesce(j.apart, []) WHERE NOT replace(replace(replace(t, ':a', ':x'), ':b', ':a'), ':x', ':b') IN between]
