// How many accounts are activated?
// An account is activated when the event happened in it often enough. The events of all members count together, and
// so do the organisation's own events (`Trial Started`). Events of the same people in other organisations never
// count.
//
// $event         string    the event that means activation
// $times         int = 1   how often it must have happened
// $days          int?      only the last N whole UTC days, today included; null for all time
// $organisation  string?   only this organisation (its id); null for all
// $now           int       the clock, in epoch milliseconds
// returns activated, accounts, share
WITH date(datetime({epochMillis: $now})) AS today, duration({days: coalesce($days, 0)}) AS window
MATCH (o:Organisation)
WHERE o.uncounted IS NULL AND ($organisation IS NULL OR o.id = $organisation)
WITH o, today, window,
  COLLECT {
    MATCH (o)<-[:IN_ORGANISATION]-(:Membership)-[:ACTIVE_ON]->(a:Activity)
    WHERE $event IN a.names AND ($days IS NULL OR (a.day > today - window AND a.day <= today))
    RETURN reduce(n = 0, i IN range(0, size(a.names) - 1) | n + CASE WHEN a.names[i] = $event THEN a.counts[i] ELSE 0 END)
  } AS byMembers,
  COLLECT {
    MATCH (o)-[:ACTIVE_ON]->(a:Activity)
    WHERE $event IN a.names AND ($days IS NULL OR (a.day > today - window AND a.day <= today))
    RETURN reduce(n = 0, i IN range(0, size(a.names) - 1) | n + CASE WHEN a.names[i] = $event THEN a.counts[i] ELSE 0 END)
  } AS byItself
WITH o, reduce(n = 0, x IN byMembers + byItself | n + x) AS happened
WITH count(o) AS accounts, sum(CASE WHEN happened >= $times THEN 1 ELSE 0 END) AS activated
RETURN activated, accounts, CASE WHEN accounts = 0 THEN null ELSE toFloat(activated) / accounts END AS share
