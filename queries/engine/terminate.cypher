// End a running transaction.
//
// $id  string  as the engine names it
// returns nothing
TERMINATE TRANSACTIONS $id
