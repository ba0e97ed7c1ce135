"""The past of an attribute: the runs of each source, and the values that held by all sources (F4).

Instants are epoch milliseconds. The order of arrival plays no part, with one exception. Of a run only the first and
the last instant are kept. A late statement inside a run therefore splits it there, whatever was repeated in
between.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import orjson

from graph.attributes.precedence import SourceValue, digest, newer, winner

__all__ = [
    "HeldValue",
    "ValueRun",
    "add_statement",
    "held_values",
    "is_same",
    "run_from",
    "run_text",
    "statements_of",
    "value_at",
]


class ValueRun(NamedTuple):
    """A time in which one source said the same of one attribute, from `since` to `last`. A value of None cleared it."""

    since: int
    last: int
    value: Any


class HeldValue(NamedTuple):
    """A value that held from an instant on, and its source; both None where no source had one."""

    since: int
    value: Any
    source: str | None


def is_same(one: Any, other: Any) -> bool:
    """Return whether two raw values are the same: 1, 1.0 and true are three values."""
    if type(one) is not type(other) or one != other:
        return False
    return not isinstance(one, list | dict) or digest(one) == digest(other)


def add_statement(runs: Sequence[ValueRun], at: int, value: Any) -> list[ValueRun]:
    """Return the runs of an attribute with one more statement; the same runs where it adds nothing."""
    found = list(runs)
    statement = (at, digest(value))
    place = bisect_right(found, statement, key=lambda run: (run.since, digest(run.value)))
    before = found[place - 1] if place else None
    after = found[place] if place < len(found) else None
    if before is not None and statement <= (before.last, digest(before.value)):
        if not is_same(before.value, value):
            left, right = before._replace(last=before.since), before._replace(since=before.last)
            found[place - 1 : place] = [left, ValueRun(at, at, value), right]
    elif before is not None and is_same(before.value, value):
        found[place - 1] = before._replace(last=at)
    elif after is not None and is_same(after.value, value):
        found[place] = after._replace(since=at)
    else:
        found.insert(place, ValueRun(at, at, value))
    return found


def run_text(name: str, run: ValueRun) -> str:
    """Return a run as it is stored."""
    return orjson.dumps([name, *run], option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def run_from(text: str) -> tuple[str, ValueRun]:
    """Return the attribute and the run of a stored text."""
    name, *run = orjson.loads(text)
    return name, ValueRun(*run)


def statements_of(source: str, runs: Iterable[ValueRun]) -> Iterable[SourceValue]:
    """Yield the statements that are kept of one source's runs: the first and the last of each."""
    for run in runs:
        yield SourceValue(run.since, run.value, source)
        if run.last != run.since:
            yield SourceValue(run.last, run.value, source)


def held_values(statements: Iterable[SourceValue], sources: Sequence[str]) -> list[HeldValue]:
    """Return the values that held one after the other, by each source's newest statement and the order of `sources` (F4).

    Before the first value nothing was known. A value that another source repeats belongs to that source from then
    on.
    """
    newest: dict[str, SourceValue] = {}
    found: list[HeldValue] = []
    for statement in sorted(statements, key=lambda each: (each.at, each.source)):
        known = newest.get(statement.source)
        if known is None or newer((statement.at, statement.value), (known.at, known.value)):
            newest[statement.source] = statement
        best = winner(newest.values(), sources)
        now = HeldValue(statement.at, None, None) if best is None else HeldValue(statement.at, best.value, best.source)
        if found and found[-1].since == statement.at:
            found.pop()
        if not found or not (is_same(found[-1].value, now.value) and found[-1].source == now.source):
            found.append(now)
    return found


def value_at(steps: Sequence[HeldValue], instant: int) -> Any:
    """Return the value at an instant; None where none held."""
    place = bisect_right(steps, instant, key=lambda step: step.since)
    return steps[place - 1].value if place else None
