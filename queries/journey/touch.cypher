// Mark an organisation as stale after a change by hand (T2).
//
// $organisation  string  the organisation's id
// $now           int     epoch milliseconds
// returns id
MATCH (o:Organisation {id: $organisation})
WHERE o.uncounted IS NULL
SET o.version = coalesce(o.version, 0) + 1, o.staleSince = coalesce(o.staleSince, datetime({epochMillis: $now})),
    o.touchedAt = datetime({epochMillis: $now})
RETURN o.id AS id
