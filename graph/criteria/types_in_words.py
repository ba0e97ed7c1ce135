"""The types of values in the words of people, for messages."""

from __future__ import annotations

__all__ = ["SINGULAR", "describe"]

SINGULAR = {
    "texts": "text",
    "integers": "integer",
    "floats": "float",
    "booleans": "boolean",
    "dates": "date",
    "datetimes": "datetime",
}
"""The types of lists, with the type of their items."""
_NAMES = {
    "integer": "a number",
    "float": "a number",
    "boolean": "true or false",
    "text": "text",
    "json": "a nested value",
}


def describe(kind: str) -> str:
    """Return a type as people say it."""
    return _NAMES.get(kind) or (f"a list of {kind}" if kind in SINGULAR else f"a {kind}")
