// How far the sample company in this graph is made; nothing where it was not begun.
//
// returns today, lived
MATCH (s:Sample {key: 'sample'})
RETURN s.today AS today, s.lived AS lived
