"""Whether a criterion can hold at all, told from its words alone: never a false alarm, though not every contradiction is seen.

Each thing that clauses speak of can be in a few states that the clauses tell apart (`states`). The things are taken to be
independent, which allows more than the world does; where no combination of states makes a criterion hold, nothing can.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any

from graph.criteria.evaluation import COMPARISONS, as_many
from graph.criteria.met import attributes
from graph.criteria.states import Key, States
from graph.criteria.tree import (
    NUMBERS,
    Among,
    And,
    Attribute,
    Clause,
    Compare,
    Did,
    HasValue,
    HowMany,
    Literal,
    Not,
    Or,
    Shift,
    Span,
    Step,
    Truth,
    Value,
)

__all__ = ["always", "clash", "implies", "impossible"]

_MOST = 20_000
"""Combinations that are tried; where there are more, nothing is claimed."""
_EXACT = 2**53
_DAY = 86_400_000
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}

_Assignment = Mapping[Key, Any]
_Test = Callable[[_Assignment], bool]


def impossible(clause: Clause) -> bool:
    """Whether the clause can never hold, whatever is known. True is certain; False is not."""
    reader = _Reader()
    tests = [reader.part(each) for each in _conjuncts(clause)]
    return any(reader.fails(group) for group in _grouped(tests, reader.links))


def always(clause: Clause) -> bool:
    """Whether the clause holds whatever is known. True is certain; False is not."""
    return impossible(Not("", clause))


def implies(one: Clause, other: Clause) -> bool:
    """Whether `other` holds wherever `one` does. True is certain; False is not."""
    return impossible(And("", (one, Not("", other))))


def clash(clause: Clause) -> tuple[Clause, ...] | None:
    """The fewest of the parts of a clause that cannot hold together: one, two, or else all; None where none is seen."""
    parts = _conjuncts(clause)
    for few in (*((each,) for each in parts), *itertools.combinations(parts, 2)):
        if impossible(And("", few)):
            return few
    return tuple(parts) if impossible(clause) else None


@dataclass(frozen=True)
class _Part:
    """A part of a conjunction as a test, and the things it speaks of."""

    holds: _Test
    keys: frozenset[Key]


def _conjuncts(clause: Clause) -> list[Clause]:
    match clause:
        case And():
            return [one for part in clause.parts for one in _conjuncts(part)]
        case Not(part=Not(part=inner)):
            return _conjuncts(inner)
        case Not(part=Or(parts=parts)):
            return [one for part in parts for one in _conjuncts(Not(part.text, part))]
    return [clause]


def _grouped(parts: Iterable[_Part], links: Mapping[Key, frozenset[Key]]) -> list[list[_Part]]:
    """Parts that share a thing, directly or through others, together."""
    groups: list[tuple[set[Key], list[_Part]]] = []
    for part in parts:
        keys = {*part.keys, *(known for key in part.keys for known in links.get(key, ()))}
        touched = [group for group in groups if group[0] & keys]
        groups = [group for group in groups if not group[0] & keys]
        groups.append((keys.union(*(each for each, _ in touched)), [part, *(one for _, few in touched for one in few)]))
    return [few for _, few in groups]


@dataclass
class _Reader:
    """Reads clauses as tests of states. `links`: what must be known where a thing is (an attribute, of a value made of it)."""

    states: States = field(default_factory=States)
    links: dict[Key, frozenset[Key]] = field(default_factory=dict)
    met: set[Key] = field(default_factory=set)

    def part(self, clause: Clause) -> _Part:
        """One part as a test."""
        self.met = set()
        holds = self.test(clause)
        return _Part(holds, frozenset(self.met))

    def fails(self, group: Sequence[_Part]) -> bool:
        """Whether no combination of states makes every part of a group hold."""
        named = {key for part in group for key in part.keys}
        links = [(key, known) for key in named for known in self.links.get(key, ()) if self.states.known(known)]
        keys = [*{*named, *(known for _, known in links)}]
        choices = [self.states.of(key) for key in keys]
        if math.prod(map(len, choices)) > _MOST:
            return False
        worlds = (dict(zip(keys, each, strict=True)) for each in itertools.product(*choices))
        return not any(
            all(part.holds(world) for part in group)
            and all(world[known] or not _told(key, world[key]) for key, known in links)
            for world in worlds
        )

    # ------------------------------------------------------------ clauses

    def test(self, clause: Clause) -> _Test:
        """The clause as a test."""
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
        return self._leaf(clause)

    def _leaf(self, clause: Clause) -> _Test:
        """A clause that holds no others of the same subject; what is not understood is asked as a question."""
        test: _Test | None = None
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
            case Step():
                test = self._step(clause)
            case Did():
                test = self._did(clause)
        return self._question(clause) if test is None else test

    def _name(self, key: Key, constants: Iterable[Any] = ()) -> Key:
        self.met.add(key)
        return self.states.name(key, constants)

    def _value(self, clause: Clause, value: Value, constants: Iterable[Any]) -> Key:
        key = self._name(Key("value", value), constants)
        self._link(key, clause)
        return key

    def _link(self, key: Key, clause: Clause) -> None:
        known = (each for each in attributes(clause) if each.definition.absent is None)
        self.links[key] = frozenset(Key("known", each) for each in known)

    def _compare(self, clause: Compare) -> _Test | None:
        left, right, sign = clause.left, clause.right, clause.operator
        if isinstance(left, Literal):
            left, right, sign = right, left, _MIRRORED[sign]  # type: ignore[assignment]
        if not isinstance(right, Literal) or not _plain(right):
            return None
        stands, constant = COMPARISONS[sign], right.value
        if isinstance(left, Literal):
            holds = stands(left.value, constant)
            return (lambda _: holds) if _plain(left) else None
        key = self._value(clause, left, [constant])
        return lambda world: world[key] is not None and stands(world[key], constant)

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
        key = self._name(Key("known", clause.value))
        return lambda world: bool(world[key])

    def _span(self, span: Span) -> _Test | None:
        """A value lies so far from now: after `-ends`, and at `-begins` or before."""
        if isinstance(span.value, Literal) or not (_steady(span.begins) and _steady(span.ends)):
            return None
        least = None if span.ends is None else -_milliseconds(span.ends)
        most = None if span.begins is None else -_milliseconds(span.begins)
        key = self._name(Key("offset", span.value), [each for each in (least, most) if each is not None])
        self._link(key, span)

        def holds(world: _Assignment) -> bool:
            far = world[key]
            return far is not None and (least is None or far > least) and (most is None or far <= most)

        return holds

    def _step(self, step: Step) -> _Test | None:
        nobody = impossible(step.body)
        if step.quantifier == "all":
            return (lambda _: False) if nobody else None
        return self._count(Key("count", (step.to, _bare(step.body))), _how_many(step.quantifier), never=nobody)

    def _did(self, did: Did) -> _Test:
        key = Key("count", (did.event, _bare(did.when), _bare(did.where)))
        return self._count(key, did.times, never=did.where is not None and impossible(did.where))

    def _count(self, key: Key, how: HowMany, *, never: bool) -> _Test:
        self._name(key, [how.count])
        if never:
            self.states.never(key)
        return lambda world: as_many(how, world[key])

    def _question(self, clause: Clause) -> _Test:
        """What can only be asked: yes or no, the same wherever the same is asked."""
        key = self._name(Key("question", _bare(clause)))
        self._link(key, clause)
        return lambda world: bool(world[key])


def _told(key: Key, state: Any) -> bool:
    """Whether a state says that what the thing is made of is known."""
    return bool(state) if key.kind == "question" else state is not None


def _how_many(quantifier: Any) -> HowMany:
    named = {"any": HowMany(">=", 1), "no": HowMany("=", 0)}
    return quantifier if isinstance(quantifier, HowMany) else named[quantifier]


def _plain(literal: Literal) -> bool:
    """Whether it compares as it is written: numbers beyond 2^53 may be rounded on their way."""
    return literal.type not in NUMBERS or abs(literal.value) <= _EXACT  # type: ignore[arg-type]


def _steady(shift: Shift | None) -> bool:
    """Whether a shift is the same length wherever it begins: no calendar months, no beginnings of weeks."""
    return shift is None or (shift.unit is None and not shift.months)


def _milliseconds(shift: Shift) -> int:
    return shift.days * _DAY + shift.milliseconds


def _bare(node: Any) -> Any:
    """A clause without the words it was written in, so that the same said twice is the same."""
    if isinstance(node, tuple):
        return tuple(map(_bare, node))
    if isinstance(node, Attribute) or not is_dataclass(node):
        return node
    assert not isinstance(node, type), "clauses are made of values"
    changed = {each.name: "" if each.name == "text" else _bare(getattr(node, each.name)) for each in fields(node)}
    return replace(node, **changed)
