"""The forms in which values travel from the engine, which cost little to send and to read."""

from __future__ import annotations

from datetime import date
from typing import Any

from graph.clock import from_epoch_ms
from graph.criteria.parameters import StatementParameters

__all__ = ["decoded", "encoded"]


def encoded(value: str, kind: str, parameters: StatementParameters) -> str:
    """Return a value in the form in which it travels, as Cypher: dates as text, instants as epoch milliseconds."""
    if kind == "date":
        return f"toString({value})"
    if kind == "datetime":
        return f"{value}.epochMillis"
    each = parameters.variable("x")
    if kind == "dates":
        return f"[{each} IN {value} | toString({each})]"
    return f"[{each} IN {value} | {each}.epochMillis]" if kind == "datetimes" else value


def decoded(kind: str, value: Any) -> Any:
    """Return a value that travelled, as Python knows it."""
    if value is None:
        return None
    if kind == "datetime":
        return from_epoch_ms(value)
    if kind == "date":
        return date.fromisoformat(value)
    if kind in ("dates", "datetimes"):
        return [decoded(kind.removesuffix("s"), each) for each in value]
    return value
