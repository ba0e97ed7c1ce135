"""Memberships: spells from statements (M), and the attribution of events (E)."""
