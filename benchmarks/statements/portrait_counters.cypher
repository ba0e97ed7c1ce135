// Return the sums of all day counters.
MATCH (a:Activity)
RETURN count(*) AS days, sum(a.count) AS events, sum(size(a.names)) AS names, sum(reduce(s = 0, n IN a.counts | s + n)) AS counts
