// Undoes an unmerge between two people or organisations: what kept their identities apart goes.
//
// $ours    list  keys of the one's identities
// $theirs  list  keys of the other's identities
UNWIND $ours AS key
MATCH (i:Identity {key: key})
UNWIND $theirs AS other
MATCH (j:Identity {key: other})
WITH i, j, [t IN coalesce(i.apart, []) WHERE replace(replace(replace(t, ':a', ':x'), ':b', ':a'), ':x', ':b') IN coalesce(j.apart, [])] AS between
SET i.apart = [t IN coalesce(i.apart, []) WHERE NOT t IN between]
SET j.apart = [t IN coalesce(j.apart, []) WHERE NOT replace(replace(replace(t, ':a', ':x'), ':b', ':a'), ':x', ':b') IN between]
