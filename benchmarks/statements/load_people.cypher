// Write people with their memberships in the shape that the writer stores, without identities.
UNWIND $rows AS r
CREATE (p:Person {id: r.id, name: r.name, email: r.email, language: r.language, score: r.score, firstSeenAt: datetime({epochMillis: r.since}), words: [r.email]})
WITH p, r
UNWIND r.memberships AS one
MATCH (o:Organisation {id: one.organisation})
CREATE (p)-[:HAS_MEMBERSHIP]->(m:Membership {
  id: one.id, role: r.role, roles: [r.role], origin: 'crm', primary: false, since: datetime({epochMillis: r.since})
})
CREATE (m)-[:IN_ORGANISATION]->(o)
