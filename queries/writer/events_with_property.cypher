// The events with a value of a property, or with a raw value that its type does not hold.
//
// $property  string  the property that holds it
// $named     string  how its name is written in JSON text before a value
// returns events
MATCH (e:Event)
WHERE e[$property] IS NOT NULL OR e.placeholderValues CONTAINS $named
RETURN collect([e.id, e[$property], e.placeholderValues]) AS events
