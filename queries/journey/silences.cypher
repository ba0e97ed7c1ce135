// The silences that hold now, of an organisation in its open stay, or of a whole signal.
// A stay that a merge of organisations ended gives its silence to the one that goes on (I4). A woken silence ends as it began.
//
// $now  int  epoch milliseconds
// returns organisation (null for a whole signal), objective, kind, at, until (epoch milliseconds), by, note
MATCH (q:Silence)
WHERE q.until > q.at AND q.until > datetime({epochMillis: $now})
OPTIONAL MATCH (q)<-[:HAS_SILENCE]-(s:Stay)<-[:STAYED]-(o:Organisation)
WITH q, s, o
WHERE s IS NULL OR s.open OR (s.reason = 'merged' AND EXISTS {
  MATCH (o)-[:STAYED]->(t:Stay)
  WHERE t.stage = s.stage AND t.open AND t.enteredAt <= s.exitedAt
})
RETURN o.id AS organisation, q.objective AS objective, q.kind AS kind, q.at.epochMillis AS at,
       q.until.epochMillis AS until, q.by AS by, q.note AS note
ORDER BY until, organisation, objective
