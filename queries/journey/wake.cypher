// End the silences of an objective that hold now as if they had never begun: of one organisation, or all of them.
//
// $objective     string   the objective's key
// $organisation  string?  the organisation's id; null ends all, that of the whole signal too
// $now           int      epoch milliseconds
// returns ended
MATCH (q:Silence {objective: $objective})
WHERE q.until > q.at AND q.until > datetime({epochMillis: $now})
OPTIONAL MATCH (q)<-[:HAS_SILENCE]-(:Stay)<-[:STAYED]-(o:Organisation)
WITH q, o
WHERE $organisation IS NULL OR o.id = $organisation
SET q.until = q.at
RETURN count(q) AS ended
