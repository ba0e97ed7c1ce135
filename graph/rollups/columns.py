"""What the lists of a statement over many organisations hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph.rollups.choosing import Choice

__all__ = ["Column", "Due", "SetStatement"]


@dataclass(frozen=True)
class Column:
    """What stands at one place: the value of a property, epoch milliseconds of the instant that is its value, or its `choice`.

    A `rounded` number leaves with 15 significant digits. With a `choice` a list stands there, of which the value is the most frequent, or all different ones.
    """

    property: str
    in_milliseconds: bool = False
    choice: Choice | None = None
    rounded: bool = False


@dataclass(frozen=True)
class Due:
    """What stands at one place: an instant (epoch milliseconds) or a day; the change is `days` after its midnight."""

    days: int | None


@dataclass(frozen=True)
class SetStatement:
    """One compiled statement, its own parameters, and what its lists hold behind two ids; `windows` are days until today."""

    text: str
    parameters: dict[str, Any]
    columns: tuple[Column, ...]
    dues: tuple[Due, ...]
    windows: frozenset[int]
