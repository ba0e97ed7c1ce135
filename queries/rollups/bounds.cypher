// When the next membership of each organisation begins or ends.
//
// $ids  list  ids of organisations
// $now  int   epoch milliseconds
// returns organisation, begins (epoch milliseconds), ends (epoch milliseconds)
UNWIND $ids AS id
MATCH (o:Organisation {id: id})<-[:IN_ORGANISATION]-(m:Membership)
WHERE m.since > datetime({epochMillis: $now}) OR m.until > datetime({epochMillis: $now})
WITH o, min(CASE WHEN m.since > datetime({epochMillis: $now}) THEN m.since END) AS begins,
     min(CASE WHEN m.until > datetime({epochMillis: $now}) THEN m.until END) AS ends
RETURN o.id AS organisation, begins.epochMillis AS begins, ends.epochMillis AS ends
