"""Attributes: their names, types, the catalogue of them, and which source wins."""
