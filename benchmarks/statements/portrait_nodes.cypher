// How many nodes of each label have which properties.
MATCH (n)
RETURN labels(n)[0] AS label, keys(n) AS names, count(*) AS count
