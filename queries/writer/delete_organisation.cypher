// Take an organisation out of lists and out of the hierarchy. Its id goes on resolving.
//
// $id   string  id of the organisation
// $now  int     epoch milliseconds
MATCH (o:Organisation {id: $id})
SET o.uncounted = 'deleted', o.version = o.version + 1, o.staleSince = coalesce(o.staleSince, datetime({epochMillis: $now})),
  o.touchedAt = datetime({epochMillis: $now})
WITH o
OPTIONAL MATCH (o)-[p:PART_OF]-()
DELETE p
