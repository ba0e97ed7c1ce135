// Delete memberships without statements and events, with their counters. Their events have moved.
//
// $ids  list  ids of memberships
UNWIND $ids AS id
MATCH (m:Membership {id: id})
OPTIONAL MATCH (m)-[:ACTIVE_ON]->(a:Activity)
DETACH DELETE a, m
