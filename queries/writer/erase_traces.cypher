// Delete rejected rows and conflicts that name a person.
//
// $keys  list  keys of identities
CALL () {
  MATCH (r:Rejected)
  WHERE any(key IN r.mentions WHERE key IN $keys)
  DELETE r
}
CALL () {
  MATCH (c:IdentityConflict)
  WHERE any(key IN c.identities WHERE key IN $keys)
  DELETE c
}
