"""Attributes: their names, types, catalogue, history and the precedence of sources."""
