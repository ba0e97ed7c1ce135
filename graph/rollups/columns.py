"""The content of the lists that a statement over many nodes returns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

__all__ = ["Column", "Due", "SetStatement"]


@dataclass(frozen=True)
class Column:
    """A column that holds the value of a property.

    The value is what `finish` makes of it, where there is one. An instant `in_milliseconds` is one in epoch milliseconds.
    """

    property: str
    finish: Callable[[Any], Any] | None = None
    in_milliseconds: bool = False


@dataclass(frozen=True)
class Due:
    """A column that tells when a value changes: an instant in epoch milliseconds, or a day.

    `days` is None for an instant; else the value changes so many days after the day's midnight.
    """

    days: int | None


@dataclass(frozen=True)
class SetStatement:
    """One compiled statement, its own parameters, and the columns of its lists behind two ids.

    `windows` are the numbers of days until today whose bounds the statement takes as parameters.
    """

    text: str
    parameters: dict[str, Any]
    columns: tuple[Column, ...]
    dues: tuple[Due, ...]
    windows: frozenset[int]
