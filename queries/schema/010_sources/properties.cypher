// Make the properties of sources known to the engine before the first sync, on a node that does not stay.
// Neo4j plans a statement again whenever a name in it comes into being.
//
// returns nothing
CREATE (l:Lock {key: 'properties of sources'})
SET l += {
  ahead: true, cursor: true, endedAt: true, error: true, movedAt: true, page: true, place: true, run: true, seenAt: true, startedAt: true,
  state: true, stream: true, streams: true
}
DELETE l
