// A person or organisation that was merged away does not lead to one that is left (I4).
//
// $examples  int  how many places to name
// returns found, places
MATCH (n)
WHERE (n:Person OR n:Organisation) AND n.uncounted = 'merged'
  AND NOT EXISTS { (n)-[:MERGED_INTO]->(other) WHERE other.id = n.mergedInto }
WITH n.id AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
