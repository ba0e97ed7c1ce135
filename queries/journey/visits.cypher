// Every stay in a stage with its organisation, as lists.
//
// $stage  string  the stage's key
// returns organisation, stay (stage, n, version, when entered in epoch milliseconds, whether backfilled, whether by hand, the
//         objectives that apply, the markers that hold, when exited, outcome, reason, whether the entry criterion was seen false,
//         late evidence, the organisation it was decided for, and of each objective achieved: key, when, instant, manual, out of order)
MATCH (s:Stay {stage: $stage})<-[:STAYED]-(o:Organisation)
WHERE o.uncounted IS NULL
RETURN o.id AS organisation,
       [s.stage, s.n, s.version, s.enteredAt.epochMillis, s.backfilled, s.byHand, s.applicable, s.holding,
        s.exitedAt.epochMillis, s.outcome, s.reason, s.entryGone, s.lateEvidence,
        CASE WHEN s.organisation <> o.id THEN s.organisation END,
        COLLECT {
          MATCH (s)-[a:ACHIEVED]->(x:Objective)
          RETURN [x.key, a.at.epochMillis, a.instant, a.manual, a.outOfOrder]
        }] AS stay
