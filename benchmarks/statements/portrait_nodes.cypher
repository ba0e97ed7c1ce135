// Return the number of nodes of each label and set of properties.
MATCH (n)
RETURN labels(n)[0] AS label, keys(n) AS names, count(*) AS count
