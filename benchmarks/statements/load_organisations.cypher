// Write organisations in the shape that the writer stores, without identities.
UNWIND $rows AS r
CREATE (:Organisation {
  id: r.id, name: r.name, plan: r.plan, arr: r.arr, version: 1, firstSeenAt: datetime({epochMillis: r.first}), words: [r.name]
})
