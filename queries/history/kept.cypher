// Since when superseded values are kept, in a graph in which facts were told before; null where they always were.
//
// returns since (epoch milliseconds)
MATCH (m:Migration {key: 5})
OPTIONAL MATCH (before:Migration {key: 4})
RETURN CASE WHEN before.factsTold THEN m.appliedAt.epochMillis END AS since
