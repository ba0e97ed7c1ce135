// Add one event to each day of the members of some organisations.
UNWIND $ids AS id
MATCH (o:Organisation {id: id})
SET o.version = o.version + 1, o.staleSince = datetime({epochMillis: $now})
WITH o
MATCH (o)<-[:IN_ORGANISATION]-(:Membership)-[:ACTIVE_ON]->(a:Activity)
SET a.count = a.count + 1, a.counts = [a.counts[0] + 1] + a.counts[1..]
