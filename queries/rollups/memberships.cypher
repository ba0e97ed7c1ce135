// The stored roll-ups of the memberships in some organisations.
//
// $ids    list  ids of organisations
// $names  list  properties that hold roll-ups
// returns id, stored (the properties' values)
UNWIND $ids AS id
MATCH (:Organisation {id: id})<-[:IN_ORGANISATION]-(m:Membership)
RETURN m.id AS id, [name IN $names | m[name]] AS stored
