// Which of these events are known, and the hash of what each says.
//
// $ids  list  ids of events
// returns known
UNWIND $ids AS id
MATCH (e:Event {id: id})
RETURN collect([id, e.hash]) AS known
