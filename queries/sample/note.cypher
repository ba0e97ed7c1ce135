// Note how far the sample company is made.
//
// $today  string  the day that it is made relative to
// $lived  int?    how many evenings of its year are lived
// returns nothing
MERGE (s:Sample {key: 'sample'})
SET s.today = $today, s.lived = $lived
