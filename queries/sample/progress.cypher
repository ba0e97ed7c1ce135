// Progress of the sample company in this graph; no row before it is started.
//
// returns today, evenings
MATCH (s:Sample {key: 'sample'})
RETURN s.today AS today, s.lived AS evenings
