// How many organisations there are that count.
//
// returns organisations
MATCH (o:Organisation)
WHERE o.uncounted IS NULL
RETURN count(o) AS organisations
