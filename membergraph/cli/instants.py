"""Instants on the command line."""

from graph.times import looks_like_day

__all__ = ["at_midnight"]


def at_midnight(text: str) -> str:
    """Return an instant as text; a day becomes its midnight in UTC (F7)."""
    return f"{text.strip()}T00:00:00Z" if looks_like_day(text.strip()) else text
