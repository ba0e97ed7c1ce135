// Store the progress of the sample company.
//
// $today     string  the day that it is relative to
// $evenings  int?    number of evenings of its year that are done
// returns nothing
MERGE (s:Sample {key: 'sample'})
SET s.today = $today, s.lived = $evenings
