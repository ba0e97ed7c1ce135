// The stored roll-ups of the memberships in some organisations.
//
// $ids       list  ids of organisations
// $names     list  properties that hold roll-ups
// $instants  list  properties that hold roll-ups whose values are instants
// returns rows (lists of an id, its organisation's, and the values of the properties, instants in epoch milliseconds)
UNWIND $ids AS id
MATCH (:Organisation {id: id})<-[:IN_ORGANISATION]-(m:Membership)
WITH id AS home, m.id AS id, properties(m) AS known
RETURN collect([id, home, [name IN $names | known[name]] + [name IN $instants | known[name].epochMillis]]) AS rows
