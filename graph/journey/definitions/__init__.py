"""Journeys, stages and objectives as they are defined, stored and checked."""
