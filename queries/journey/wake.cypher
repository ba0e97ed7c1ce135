// Take back the silences of an objective that last still, so that they never held: of one organisation, or every one.
//
// $objective     string   the objective's key
// $organisation  string?  the organisation's id; null ends every one, that of the whole signal too
// $now           int      epoch milliseconds
// returns ended
MATCH (q:Silence {objective: $objective})
WHERE q.until > q.at AND q.until > datetime({epochMillis: $now})
OPTIONAL MATCH (q)<-[:HAS_SILENCE]-(:Stay)<-[:STAYED]-(o:Organisation)
WITH q, o
WHERE $organisation IS NULL OR o.id = $organisation
SET q.until = q.at
RETURN count(q) AS ended
