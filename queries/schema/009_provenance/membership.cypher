// Remove values of a roll-up or an attribute called `provenance` from the property in which memberships keep theirs.
//
// returns nothing
MATCH (m:Membership)
WHERE m.provenance IS NOT NULL AND coalesce(toStringOrNull(m.provenance), '') <> m.provenance
REMOVE m.provenance
