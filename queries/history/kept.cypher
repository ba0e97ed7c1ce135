// Since when superseded values are kept; null in a graph that kept them from the beginning.
//
// returns since (epoch milliseconds)
MATCH (m:Migration)
WHERE m.name = 'history'
MATCH (first:Migration {key: 1})
RETURN CASE WHEN first.factsBeforeHistory THEN m.appliedAt.epochMillis END AS since
