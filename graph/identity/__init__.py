"""Identities: their kinds, the evidence between them, and the people and organisations they add up to."""
