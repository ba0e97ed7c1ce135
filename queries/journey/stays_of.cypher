// Every stay of an organisation, as the lists of `journey/visits`.
//
// $organisation  string  the organisation's id
// returns stays
MATCH (o:Organisation {id: $organisation})
RETURN COLLECT {
  MATCH (o)-[:STAYED]->(s:Stay)
  RETURN [s.stage, s.n, s.version, s.enteredAt.epochMillis, s.backfilled, s.byHand, s.applicable, s.holding,
          s.exitedAt.epochMillis, s.outcome, s.reason, s.entryGone, s.lateEvidence,
          CASE WHEN s.organisation <> o.id THEN s.organisation END,
          COLLECT {
            MATCH (s)-[a:ACHIEVED]->(x:Objective)
            RETURN [x.key, a.at.epochMillis, a.instant, a.manual, a.outOfOrder]
          }]
} AS stays
