"""Journeys: stages and objectives, which organisation is where, since when, and why (rules J)."""
