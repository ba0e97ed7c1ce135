// A stored record, statement or provenance is not the JSON text that it has to be: facts about its subject are refused.
//
// $examples  int  how many places to name
// returns found, places
CALL () {
  MATCH (n:Person) WHERE n.provenance IS NOT NULL
  RETURN 'provenance of ' + n.id AS place, n.provenance AS value, '{' AS begins
  UNION ALL
  MATCH (n:Organisation) WHERE n.provenance IS NOT NULL
  RETURN 'provenance of ' + n.id AS place, n.provenance AS value, '{' AS begins
  UNION ALL
  MATCH (n:Membership) WHERE n.provenance IS NOT NULL
  RETURN 'provenance of ' + n.id AS place, n.provenance AS value, '{' AS begins
  UNION ALL
  MATCH (n:SourceRecord) WHERE n.attributes IS NOT NULL
  RETURN 'attributes of ' + n.key AS place, n.attributes AS value, '{' AS begins
  UNION ALL
  MATCH (n:SourceRecord) WHERE n.statements IS NOT NULL
  RETURN 'statements of ' + n.key AS place, n.statements AS value, '[' AS begins
}
WITH place, coalesce(toStringOrNull(value), '') AS text, value, begins
WHERE text <> value OR NOT text STARTS WITH begins
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
