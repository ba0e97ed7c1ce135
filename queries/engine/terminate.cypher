// End a running transaction.
//
// $id  string  the id that the engine gave it
// returns nothing
TERMINATE TRANSACTIONS $id
