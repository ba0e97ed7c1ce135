// Keep identities separate by hand: delete evidence by hand between them, and mark both sides.
//
// $moved   list    keys that are given back
// $stayed  list    keys that stay
// $token   string  what marks both sides of this unmerge
CALL () {
  UNWIND $moved AS key
  MATCH (i:Identity {key: key})
  SET i.apart = coalesce(i.apart, []) + ($token + ':a')
  WITH i
  MATCH (i)-[s:SEEN_WITH]-(j:Identity)
  WHERE j.key IN $stayed AND s.strength = 'hand'
  DELETE s
}
UNWIND $stayed AS key
MATCH (i:Identity {key: key})
SET i.apart = coalesce(i.apart, []) + ($token + ':b')
