"""Finds criteria that can never hold, from their words alone. There is no false alarm, but not every contradiction is found.

Each subject of clauses, such as a value or a count, has a few states that the clauses tell apart (`states`).
The subjects are taken to be independent, which allows more than the world does.
Where no combination of states makes a criterion hold, nothing can.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, assert_never

from graph.clock import DAY
from graph.criteria.conditions import as_many
from graph.criteria.mentions import attributes
from graph.criteria.operators import comparison, mirrored
from graph.criteria.states import StateKey, States
from graph.criteria.tree import (
    NUMBERS,
    Among,
    And,
    Attribute,
    Clause,
    Compare,
    Comparing,
    Did,
    HasValue,
    HowMany,
    Literal,
    Not,
    Or,
    Quantified,
    Shift,
    Span,
    Truth,
    Value,
)

__all__ = ["always", "clash", "implies", "impossible"]

_MOST = 20_000
"""Combinations that are tried; where there are more, nothing is claimed."""
_EXACT = 2**53

_Assignment = Mapping[StateKey, Any]
_Test = Callable[[_Assignment], bool]


def impossible(clause: Clause) -> bool:
    """Return whether the clause can never hold, whatever the values are. True is certain; False is not."""
    compiler = _TestCompiler()
    tests = [compiler.part(each) for each in _conjuncts(clause)]
    return any(compiler.fails(group) for group in _grouped(tests, compiler.links))


def always(clause: Clause) -> bool:
    """Return whether the clause always holds, whatever the values are. True is certain; False is not."""
    return impossible(Not("", clause))


def implies(one: Clause, other: Clause) -> bool:
    """Return whether `other` holds wherever `one` does. True is certain; False is not."""
    return impossible(And("", (one, Not("", other))))


def clash(clause: Clause) -> tuple[Clause, ...] | None:
    """Return the fewest parts of a clause that cannot hold together (one, two or all); None where no contradiction is found."""
    parts = _conjuncts(clause)
    for few in (*((each,) for each in parts), *itertools.combinations(parts, 2)):
        if impossible(And("", few)):
            return few
    return tuple(parts) if impossible(clause) else None


@dataclass(frozen=True)
class _Part:
    """A part of a conjunction as a test, and the subjects that it tests."""

    holds: _Test
    keys: frozenset[StateKey]


def _conjuncts(clause: Clause) -> list[Clause]:
    match clause:
        case And():
            return [one for part in clause.parts for one in _conjuncts(part)]
        case Not(part=Not(part=inner)):
            return _conjuncts(inner)
        case Not(part=Or(parts=parts)):
            return [one for part in parts for one in _conjuncts(Not(part.text, part))]
    return [clause]


def _grouped(parts: Iterable[_Part], links: Mapping[StateKey, frozenset[StateKey]]) -> list[list[_Part]]:
    """Group the parts that share a subject, directly or through others."""
    groups: list[tuple[set[StateKey], list[_Part]]] = []
    for part in parts:
        keys = {*part.keys, *(known for key in part.keys for known in links.get(key, ()))}
        touched = [group for group in groups if group[0] & keys]
        groups = [group for group in groups if not group[0] & keys]
        groups.append((keys.union(*(each for each, _ in touched)), [part, *(one for _, few in touched for one in few)]))
    return [few for _, few in groups]


@dataclass
class _TestCompiler:
    """Compiles clauses to tests of states.

    `links` are the attributes that must be known where a value made of them is known.
    """

    states: States = field(default_factory=States)
    links: dict[StateKey, frozenset[StateKey]] = field(default_factory=dict)
    tested: set[StateKey] = field(default_factory=set)

    def part(self, clause: Clause) -> _Part:
        """Return one part as a test."""
        self.tested = set()
        holds = self.test(clause)
        return _Part(holds, frozenset(self.tested))

    def fails(self, group: Sequence[_Part]) -> bool:
        """Return whether no combination of states makes every part of a group hold."""
        named = {key for part in group for key in part.keys}
        links = [(key, known) for key in named for known in self.links.get(key, ()) if self.states.has(known)]
        keys = [*{*named, *(known for _, known in links)}]
        choices = [self.states.every(key) for key in keys]
        if math.prod(map(len, choices)) > _MOST:
            return False
        worlds = (dict(zip(keys, each, strict=True)) for each in itertools.product(*choices))
        return not any(
            all(part.holds(world) for part in group)
            and all(world[known] or not _implies_known(key, world[key]) for key, known in links)
            for world in worlds
        )

    # ------------------------------------------------------------ clauses

    def test(self, clause: Clause) -> _Test:
        """Return the clause as a test."""
        match clause:
            case And():
                parts = [self.test(each) for each in clause.parts]
                return lambda world: all(part(world) for part in parts)
            case Or():
                parts = [self.test(each) for each in clause.parts]
                return lambda world: any(part(world) for part in parts)
            case Not():
                negated = self.test(clause.part)
                return lambda world: not negated(world)
            case _:
                return self._leaf(clause)

    def _leaf(self, clause: Comparing | Quantified | Did) -> _Test:
        """A clause that is not made of others. One without a test of its own is a question."""
        test: _Test | None
        match clause:
            case Compare():
                test = self._compare(clause)
            case Among():
                test = self._among(clause)
            case Truth():
                test = self._truth(clause)
            case HasValue():
                test = self._has_value(clause)
            case Span():
                test = self._span(clause)
            case Quantified():
                test = self._quantified(clause)
            case Did():
                test = self._did(clause)
            case _:
                test = None
        return self._question(clause) if test is None else test

    def _name(self, key: StateKey, constants: Iterable[Any] = ()) -> StateKey:
        self.tested.add(key)
        return self.states.name(key, constants)

    def _value(self, clause: Clause, value: Value, constants: Iterable[Any]) -> StateKey:
        key = self._name(StateKey("value", value), constants)
        self._link(key, clause)
        return key

    def _link(self, key: StateKey, clause: Clause) -> None:
        known = (each for each in attributes(clause) if each.definition.absent is None)
        self.links[key] = frozenset(StateKey("known", each) for each in known)

    def _compare(self, clause: Compare) -> _Test | None:
        left, right, sign = clause.left, clause.right, clause.operator
        if isinstance(left, Literal):
            left, right, sign = right, left, mirrored(sign)
        if not isinstance(right, Literal) or not _plain(right):
            return None
        test, constant = comparison(sign), right.value
        if isinstance(left, Literal):
            holds = test(left.value, constant)
            return (lambda _: holds) if _plain(left) else None
        key = self._value(clause, left, [constant])
        return lambda world: world[key] is not None and test(world[key], constant)

    def _among(self, clause: Among) -> _Test | None:
        if isinstance(clause.value, Literal) or not all(map(_plain, clause.choices)):
            return None
        choices = {each.value for each in clause.choices}
        key = self._value(clause, clause.value, choices)
        return lambda world: world[key] in choices

    def _truth(self, clause: Truth) -> _Test:
        if isinstance(clause.value, Literal):
            holds = clause.value.value is True
            return lambda _: holds
        key = self._value(clause, clause.value, ())
        return lambda world: world[key] is True

    def _has_value(self, clause: HasValue) -> _Test | None:
        if clause.value.definition.absent is not None:
            return None
        key = self._name(StateKey("known", clause.value))
        return lambda world: bool(world[key])

    def _span(self, span: Span) -> _Test | None:
        """A test of the distance of a value from now: after `-ends`, and at `-begins` or before."""
        if isinstance(span.value, Literal) or not (_steady(span.begins) and _steady(span.ends)):
            return None
        least = None if span.ends is None else -_milliseconds(span.ends)
        most = None if span.begins is None else -_milliseconds(span.begins)
        key = self._name(StateKey("offset", span.value), [each for each in (least, most) if each is not None])
        self._link(key, span)

        def holds(world: _Assignment) -> bool:
            far = world[key]
            return far is not None and (least is None or far > least) and (most is None or far <= most)

        return holds

    def _quantified(self, clause: Quantified) -> _Test | None:
        never = impossible(clause.body)
        match clause.quantifier:
            case "all":
                return (lambda _: False) if never else None
            case "any":
                count = HowMany(">=", 1)
            case "no":
                count = HowMany("=", 0)
            case HowMany() as count:
                pass
            case _:
                assert_never(clause.quantifier)
        return self._count(StateKey("count", (clause.to, _bare(clause.body))), count, never=never)

    def _did(self, did: Did) -> _Test:
        key = StateKey("count", (did.event, _bare(did.when), _bare(did.where)))
        return self._count(key, did.times, never=did.where is not None and impossible(did.where))

    def _count(self, key: StateKey, how_many: HowMany, *, never: bool) -> _Test:
        self._name(key, [how_many.count])
        if never:
            self.states.never(key)
        return lambda world: as_many(how_many, world[key])

    def _question(self, clause: Clause) -> _Test:
        """A clause that is only true or false, the same wherever it stands."""
        key = self._name(StateKey("question", _bare(clause)))
        self._link(key, clause)
        return lambda world: bool(world[key])


def _implies_known(key: StateKey, state: Any) -> bool:
    """Return whether a subject in this state is made of known attributes only."""
    return bool(state) if key.kind == "question" else state is not None


def _plain(literal: Literal) -> bool:
    """Return whether a literal compares as it is written. Numbers beyond 2^53 may be rounded on their way."""
    return literal.type not in NUMBERS or abs(literal.value) <= _EXACT  # type: ignore[arg-type]


def _steady(shift: Shift | None) -> bool:
    """Return whether a shift has the same length wherever it begins: no calendar months, no beginnings of weeks."""
    return shift is None or (shift.unit is None and not shift.months)


def _milliseconds(shift: Shift) -> int:
    return shift.days * DAY + shift.milliseconds


def _bare(node: Any) -> Any:
    """Return a clause without its words, so that equal clauses in other words are equal."""
    if isinstance(node, tuple):
        return tuple(map(_bare, node))
    if isinstance(node, Attribute) or not is_dataclass(node):
        return node
    assert not isinstance(node, type), "clauses are made of values"
    changed = {each.name: "" if each.name == "text" else _bare(getattr(node, each.name)) for each in fields(node)}
    return replace(node, **changed)
