"""Cursors of streams, and the ledger of runs."""
