// Make our own properties known to the engine before the first fact, on a node that does not stay.
// Neo4j plans a statement again whenever a name in it comes into being.
//
// returns nothing
CREATE (l:Lock {key: 'properties'})
SET l += {
  after: true, apart: true, applicable: true, appliedAt: true, appliesTo: true, at: true, attributes: true,
  attribution: true, backfilled: true, backfilling: true, by: true, byHand: true, category: true, code: true,
  completedWhen: true, count: true, counts: true, criteria: true, day: true, definition: true, description: true,
  domain: true, done: true, dueAt: true, email: true, enteredAt: true, entity: true, entry: true, entryGone: true,
  evaluatedAt: true, event: true, exclusive: true, exitCriteria: true, exitDays: true, exitMode: true, exitedAt: true,
  factsBeforeHistory: true, firstSeenAt: true, firsts: true, formula: true, hash: true, holding: true, id: true,
  identities: true, includeDescendants: true, instant: true, journey: true, kind: true, lastSeenAt: true, lasts: true,
  lateEvidence: true, lived: true, manual: true, mentions: true, mergedInto: true, message: true, moved: true, movesAt: true,
  n: true, name: true, names: true, note: true, object: true, objective: true, observedAt: true, occurredAt: true,
  open: true, organisation: true, organisationVia: true, origin: true, outOfOrder: true, outcome: true, past: true,
  path: true, person: true, placeholderValues: true, placeholders: true, position: true, primary: true, provenance: true, reason: true, receivedAt: true,
  reentry: true, reentryDays: true, removedAt: true, replacedAt: true, role: true, roles: true, rollUp: true,
  row: true, score: true, seenAt: true, shared: true, since: true, source: true, sources: true, spellings: true,
  stage: true, staleSince: true, statements: true, status: true, strength: true, today: true, toldAt: true,
  touchedAt: true, type: true, uncounted: true, until: true, value: true, version: true, via: true, words: true
}
DELETE l
