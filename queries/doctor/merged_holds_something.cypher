// A person or organisation that was merged away still holds something (I4).
//
// $examples  int  how many places to name
// returns found, places
MATCH (n)
WHERE (n:Person OR n:Organisation) AND n.uncounted = 'merged'
  AND EXISTS { (n)-[:HAS_MEMBERSHIP|PERFORMED|RECORDED|ACTIVE_ON|IDENTIFIED_BY]->() }
WITH n.id AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
