// The stored roll-ups of the memberships in some organisations.
//
// $ids    list  ids of organisations
// $names  list  properties that hold roll-ups
// returns rows (lists of an id and the values of the properties)
UNWIND $ids AS id
MATCH (:Organisation {id: id})<-[:IN_ORGANISATION]-(m:Membership)
WITH m.id AS id, properties(m) AS known
RETURN collect([id, [name IN $names | known[name]]]) AS rows
