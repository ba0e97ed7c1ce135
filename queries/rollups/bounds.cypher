// When the next membership of each organisation begins or ends.
//
// $ids  list  ids of organisations
// $now  int   epoch milliseconds
// returns rows (lists of an organisation's id, when the next begins and when the next ends, in epoch milliseconds)
UNWIND $ids AS id
MATCH (o:Organisation {id: id})<-[:IN_ORGANISATION]-(m:Membership)
WHERE m.since > datetime({epochMillis: $now}) OR m.until > datetime({epochMillis: $now})
WITH o, min(CASE WHEN m.since > datetime({epochMillis: $now}) THEN m.since END) AS begins,
     min(CASE WHEN m.until > datetime({epochMillis: $now}) THEN m.until END) AS ends
RETURN collect([o.id, begins.epochMillis, ends.epochMillis]) AS rows
