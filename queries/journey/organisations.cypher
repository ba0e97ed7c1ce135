// The number of organisations that count: merged and deleted ones do not.
//
// returns organisations
MATCH (o:Organisation)
WHERE o.uncounted IS NULL
RETURN count(o) AS organisations
