// Every stage with its objectives, as defined now.
//
// returns key, journey, name, description, position, status, entry, exit_mode, exit_days, exit_criteria, completed_when, reentry, reentry_days, version, stale_since (epoch milliseconds), backfilling, objectives (maps, in order)
MATCH (s:Stage)
RETURN s.key AS key, s.journey AS journey, s.name AS name, s.description AS description, s.position AS position,
       s.status AS status, s.entry AS entry, s.exitMode AS exit_mode, s.exitDays AS exit_days,
       s.exitCriteria AS exit_criteria, s.completedWhen AS completed_when, s.reentry AS reentry,
       s.reentryDays AS reentry_days, s.version AS version, s.staleSince.epochMillis AS stale_since,
       coalesce(s.backfilling, false) AS backfilling,
       COLLECT {
         MATCH (s)-[:HAS_OBJECTIVE]->(x:Objective {stage: s.key})
         WHERE x.removedAt IS NULL
         WITH x ORDER BY x.position, x.key
         RETURN {key: x.key, name: x.name, kind: x.kind, criteria: x.criteria, manual: x.manual,
                 applies_to: x.appliesTo, after: x.after}
       } AS objectives
ORDER BY journey, position, key
