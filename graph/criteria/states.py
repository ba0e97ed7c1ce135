"""The states of each subject that clauses tell apart: at every constant, between two, beyond all, and unknown."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, Literal, NamedTuple, assert_never

from graph.criteria.tree import NUMBERS, Attribute, Value

__all__ = ["StateKey", "States"]

_ANY_OTHER = object()
"""A text that no clause names."""
_LEAST_DIFFERENCE = {"date": timedelta(days=1), "datetime": timedelta(microseconds=1)}


class StateKey(NamedTuple):
    """One subject of clauses: a `value`, its `offset` from now, a `count`, whether it is `known`, or a `question`."""

    kind: Literal["value", "offset", "count", "known", "question"]
    subject: Any


class States:
    """The constants that clauses compare with, by subject."""

    def __init__(self) -> None:
        """Begin with none."""
        self._constants: dict[StateKey, set[Any]] = {}
        self._never: set[StateKey] = set()

    def name(self, key: StateKey, constants: Iterable[Any] = ()) -> StateKey:
        """Note a subject, and constants that a clause compares it with."""
        self._constants.setdefault(key, set()).update(constants)
        return key

    def never(self, key: StateKey) -> None:
        """Note that the count is always 0."""
        self._never.add(key)

    def has(self, key: StateKey) -> bool:
        """Return whether a clause has the subject."""
        return key in self._constants

    def every(self, key: StateKey) -> Sequence[Any]:
        """Return every state that clauses tell apart."""
        if key in self._never:
            return [0]
        constants = self._constants[key]
        match key.kind:
            case "value":
                return _value_states(key.subject, constants)
            case "offset":
                return [*_number_states(constants), None]
            case "count":
                return _count_states(constants)
            case "known" | "question":
                return (True, False)
            case _:
                assert_never(key.kind)


def _value_states(value: Value, constants: set[Any]) -> Sequence[Any]:
    states: list[Any]
    if value.type in NUMBERS:
        states = _number_states(constants)
    elif value.type in _LEAST_DIFFERENCE:
        states = _time_states(_LEAST_DIFFERENCE[value.type], constants)
    elif value.type == "boolean":
        states = [True, False]
    else:
        states = [*sorted(constants, key=repr), _ANY_OTHER]
    return states if _always_known(value) else [*states, None]


def _always_known(value: Value) -> bool:
    return isinstance(value, Attribute) and value.definition.absent is not None


def _number_states(constants: set[Any]) -> list[Any]:
    marks = sorted(Fraction(each) for each in constants)
    between = [(one + other) / 2 for one, other in itertools.pairwise(marks)]
    return [marks[0] - 1, *marks, *between, marks[-1] + 1] if marks else [Fraction(0)]


def _time_states(difference: timedelta, constants: set[Any]) -> list[Any]:
    return sorted({near for each in constants for near in (_moved(each, -difference), each, _moved(each, difference))})


def _moved(moment: date, by: timedelta) -> date:
    try:
        return moment + by
    except OverflowError:
        return moment


def _count_states(constants: set[Any]) -> list[int]:
    near = {each + by for each in constants for by in (-1, 0, 1)}
    return sorted({0, *(each for each in near if each >= 0)})
