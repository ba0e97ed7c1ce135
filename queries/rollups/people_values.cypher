// The stored roll-ups of some people.
//
// $ids       list  ids of people
// $names     list  properties that hold roll-ups
// $instants  list  properties that hold roll-ups whose values are instants
// returns rows (lists of an id, once more the id, and the values of the properties, instants in epoch milliseconds)
UNWIND $ids AS id
MATCH (p:Person {id: id})
WITH p.id AS id, properties(p) AS known
RETURN collect([id, id, [name IN $names | known[name]] + [name IN $instants | known[name].epochMillis]]) AS rows
