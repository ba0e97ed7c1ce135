"""The states that clauses tell apart, of each thing they speak of: at every constant named, between two, beyond all, unknown."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from graph.criteria.tree import NUMBERS, Attribute, Value

__all__ = ["Key", "States"]

_ANYTHING_ELSE = object()
"""A text that no clause names."""
_LEAST_APART = {"date": timedelta(days=1), "datetime": timedelta(microseconds=1)}


class Key(NamedTuple):
    """One thing that clauses speak of: a `value`, its `offset` from now, a `count`, whether it is `known`, or a `question`."""

    kind: str
    of: Any


class States:
    """The constants that clauses name, by the thing they are named of."""

    def __init__(self) -> None:
        """Begin with none."""
        self._constants: dict[Key, set[Any]] = {}
        self._never: set[Key] = set()

    def name(self, key: Key, constants: Iterable[Any] = ()) -> Key:
        """Note a thing, and constants that a clause holds it against."""
        self._constants.setdefault(key, set()).update(constants)
        return key

    def never(self, key: Key) -> None:
        """Note that there is never one to count."""
        self._never.add(key)

    def known(self, key: Key) -> bool:
        """Whether a clause speaks of the thing."""
        return key in self._constants

    def of(self, key: Key) -> Sequence[Any]:
        """Every state that clauses tell apart."""
        if key in self._never:
            return [0]
        return _STATES[key.kind](key, self._constants[key])


def _of_value(key: Key, constants: set[Any]) -> Sequence[Any]:
    value: Value = key.of
    states = _SCALES.get(value.type, _of_text)(value, constants)
    return states if _always_known(value) else [*states, None]


def _always_known(value: Value) -> bool:
    return isinstance(value, Attribute) and value.definition.absent is not None


def _of_number(_: Value, constants: set[Any]) -> list[Any]:
    marks = sorted(Fraction(each) for each in constants)
    between = [(one + other) / 2 for one, other in itertools.pairwise(marks)]
    return [marks[0] - 1, *marks, *between, marks[-1] + 1] if marks else [Fraction(0)]


def _of_time(value: Value, constants: set[Any]) -> list[Any]:
    step = _LEAST_APART[value.type]
    return sorted({near for each in constants for near in (_moved(each, -step), each, _moved(each, step))})


def _moved(moment: date, by: timedelta) -> date:
    try:
        return moment + by
    except OverflowError:
        return moment


def _of_truth(_: Value, __: set[Any]) -> list[Any]:
    return [True, False]


def _of_text(_: Value, constants: set[Any]) -> list[Any]:
    return [*sorted(constants, key=repr), _ANYTHING_ELSE]


def _of_offset(key: Key, constants: set[Any]) -> Sequence[Any]:
    return [*_of_number(key.of, constants), None]


def _of_count(_: Key, constants: set[Any]) -> Sequence[Any]:
    near = {each + step for each in constants for step in (-1, 0, 1)}
    return sorted({0, *(each for each in near if each >= 0)})


def _yes_or_no(_: Key, __: set[Any]) -> Sequence[Any]:
    return (True, False)


_SCALES: Mapping[str, Callable[[Value, set[Any]], list[Any]]] = {
    **dict.fromkeys(NUMBERS, _of_number),
    **dict.fromkeys(_LEAST_APART, _of_time),
    "boolean": _of_truth,
}
_STATES: Mapping[str, Callable[[Key, set[Any]], Sequence[Any]]] = {
    "value": _of_value,
    "offset": _of_offset,
    "count": _of_count,
    "known": _yes_or_no,
    "question": _yes_or_no,
}
