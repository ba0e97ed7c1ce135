// The organisations in any of some stages now.
//
// $stages  list  keys of stages
// returns ids
MATCH (s:Stay)<-[:STAYED]-(o:Organisation)
WHERE s.stage IN $stages AND s.open AND o.uncounted IS NULL
RETURN collect(DISTINCT o.id) AS ids
