// Removes memberships that no statement and no event tells of any more, with their counters; their events have moved.
//
// $ids  list  ids of memberships
UNWIND $ids AS id
MATCH (m:Membership {id: id})
OPTIONAL MATCH (m)-[:ACTIVE_ON]->(a:Activity)
DETACH DELETE a, m
