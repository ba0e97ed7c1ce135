// Since when superseded values are kept, in a graph in which facts were told before; null where they always were.
//
// returns since (epoch milliseconds)
MATCH (m:Migration)
WHERE m.name = 'history'
MATCH (first:Migration {key: 1})
RETURN CASE WHEN first.factsBeforeHistory THEN m.appliedAt.epochMillis END AS since
