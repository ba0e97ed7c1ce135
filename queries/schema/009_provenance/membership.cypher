// Take away what a roll-up or an attribute of the name has written where a membership keeps from which source its values come.
//
// returns nothing
MATCH (m:Membership)
WHERE m.provenance IS NOT NULL AND coalesce(toStringOrNull(m.provenance), '') <> m.provenance
REMOVE m.provenance
