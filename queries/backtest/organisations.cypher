// A page of organisations by id, with the present and past records of sources, and their stays.
//
// $after  string  the id after which the page begins
// $page   int     the size of the page
// returns id, domain, first_seen (epoch milliseconds or null), identified (of each identity: epoch milliseconds), records (of each: source,
//         attributes and past as JSON texts), stays (as the lists of `journey/visits`)
MATCH (o:Organisation)
WHERE o.id > $after AND o.uncounted IS NULL
WITH o ORDER BY o.id LIMIT $page
RETURN o.id AS id, o.domain AS domain, o.firstSeenAt.epochMillis AS first_seen,
COLLECT {
  MATCH (o)-[:IDENTIFIED_BY]->(i:Identity)
  RETURN i.firstSeenAt.epochMillis
} AS identified,
COLLECT {
  MATCH (o)<-[:DESCRIBES]-(r:SourceRecord)
  WHERE r.object = 'organisation'
  RETURN [r.source, r.attributes, r.past]
} AS records,
COLLECT {
  MATCH (o)-[:STAYED]->(s:Stay)
  RETURN [s.stage, s.n, s.version, s.enteredAt.epochMillis, s.backfilled, s.byHand, s.applicable, s.holding,
          s.exitedAt.epochMillis, s.outcome, s.reason, s.entryGone, s.lateEvidence,
          CASE WHEN s.organisation <> o.id THEN s.organisation END,
          COLLECT {
            MATCH (s)-[a:ACHIEVED]->(x:Objective)
            RETURN [x.key, a.at.epochMillis, a.instant, a.manual, a.outOfOrder]
          }]
} AS stays
