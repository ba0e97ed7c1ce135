"""What an attribute was when: what a source said, kept as runs of the same word, and the values that held by all sources' words (F4).

Instants are epoch milliseconds. Which order words arrive in plays no part, with one exception: of a run only its first and
its last instant are kept, so where a word is told late that lies within one, the older value is known again from the run's
last instant, not from a repetition in between, until that is told again.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import orjson

from graph.attributes.precedence import Said, digest, newer, winner

__all__ = ["Held", "Run", "held", "retold", "run_from", "run_text", "same", "value_at", "words_of"]


class Run(NamedTuple):
    """One source said the same of one attribute from `since` until `last`, and nothing else in between; None cleared it."""

    since: int
    last: int
    value: Any


class Held(NamedTuple):
    """A value that held from an instant on, and the source it is from; both None where no source had one."""

    since: int
    value: Any
    source: str | None


def same(one: Any, other: Any) -> bool:
    """Whether two raw values are the same word: 1, 1.0 and true are three."""
    if type(one) is not type(other) or one != other:
        return False
    return not isinstance(one, list | dict) or digest(one) == digest(other)


def retold(runs: Sequence[Run], at: int, value: Any) -> list[Run]:
    """The runs of one attribute, in order, with one more word; the same where it adds nothing."""
    found = list(runs)
    word = (at, digest(value))
    place = bisect_right(found, word, key=lambda run: (run.since, digest(run.value)))
    before = found[place - 1] if place else None
    after = found[place] if place < len(found) else None
    if before is not None and word <= (before.last, digest(before.value)):
        if not same(before.value, value):
            left, right = before._replace(last=before.since), before._replace(since=before.last)
            found[place - 1 : place] = [left, Run(at, at, value), right]
    elif before is not None and same(before.value, value):
        found[place - 1] = before._replace(last=at)
    elif after is not None and same(after.value, value):
        found[place] = after._replace(since=at)
    else:
        found.insert(place, Run(at, at, value))
    return found


def run_text(name: str, run: Run) -> str:
    """A run of an attribute as it is stored."""
    return orjson.dumps([name, *run], option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def run_from(text: str) -> tuple[str, Run]:
    """The attribute and the run that a text holds."""
    name, *run = orjson.loads(text)
    return name, Run(*run)


def words_of(source: str, runs: Iterable[Run]) -> Iterable[Said]:
    """The words that runs of one source are known by: the first and the last of each."""
    for run in runs:
        yield Said(run.since, run.value, source)
        if run.last != run.since:
            yield Said(run.last, run.value, source)


def held(words: Iterable[Said], sources: Sequence[str]) -> list[Held]:
    """The values that held one after the other, by the newest word of each source and the order of the `sources` (F4).

    Before the first nothing was known. A value that another source goes on telling is a value of that source from then on.
    """
    said: dict[str, Said] = {}
    found: list[Held] = []
    for word in sorted(words, key=lambda each: (each.at, each.source)):
        known = said.get(word.source)
        if known is None or newer((word.at, word.value), (known.at, known.value)):
            said[word.source] = word
        best = winner(said.values(), sources)
        now = Held(word.at, None, None) if best is None else Held(word.at, best.value, best.source)
        if found and found[-1].since == word.at:
            found.pop()
        if not found or not (same(found[-1].value, now.value) and found[-1].source == now.source):
            found.append(now)
    return found


def value_at(steps: Sequence[Held], instant: int) -> Any:
    """The value that held at an instant; None where none did."""
    place = bisect_right(steps, instant, key=lambda step: step.since)
    return steps[place - 1].value if place else None
