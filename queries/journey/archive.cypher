// End the open stays in an archived stage, and mark their organisations as stale.
//
// $stage  string  the stage's key
// $now    int     epoch milliseconds
// returns ended
MATCH (s:Stay {stage: $stage, open: true})
MATCH (s)<-[:STAYED]-(o:Organisation)
SET s.open = false, s.exitedAt = datetime({epochMillis: $now}), s.reason = 'archived',
    s.outcome = CASE WHEN s.done THEN 'COMPLETED' ELSE 'EXITED' END,
    o.version = coalesce(o.version, 0) + 1, o.staleSince = coalesce(o.staleSince, datetime({epochMillis: $now}))
RETURN count(s) AS ended
