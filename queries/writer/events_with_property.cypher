// The events that have a value of a property.
//
// $property  string  the property that holds it
// returns events
MATCH (e:Event)
WHERE e[$property] IS NOT NULL
RETURN collect([e.id, e[$property]]) AS events
