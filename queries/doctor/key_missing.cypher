// A node has no key.
//
// $examples  int  how many places to name
// returns found, places
MATCH (n)
WHERE ((n:Person OR n:Organisation OR n:Membership OR n:Event OR n:Rejected OR n:IdentityConflict OR n:SyncRun) AND n.id IS NULL)
  OR ((n:Activity OR n:Identity OR n:SourceRecord OR n:AttributeDefinition OR n:Suppressed OR n:Lock OR n:Migration OR n:SyncCursor OR n:Journey OR n:Stage
    OR n:Objective OR n:StageVersion OR n:Stay OR n:Silence)
    AND n.key IS NULL)
WITH labels(n)[0] + ' ' + coalesce(toString(n.name), toString(n.value), toString(n.day), '(unnamed)') AS place
WITH place ORDER BY place
RETURN count(place) AS found, collect(place)[0..$examples] AS places
