"""Day counters: events of one owner on one UTC day, by name (E4)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from graph.clock import DAY
from graph.times import EPOCH
from graph.writer.graph_state import GraphState
from graph.writer.stored import read_stored

Counts = dict[str, list[int]]
"""By event name: the count, the first and the last time (epoch milliseconds)."""
Place = tuple[str, str, int]
"""The owner's label in the plural, the owner's id, and the day as days since 1970."""


def count(counts: Counts, name: str, at: int) -> None:
    """Count one event."""
    known = counts.get(name)
    if known is None:
        counts[name] = [1, at, at]
    else:
        known[0] += 1
        if at < known[1]:
            known[1] = at
        elif at > known[2]:
            known[2] = at


def _row(owner: str, key: str, day: int, counts: Counts) -> dict[str, Any]:
    names = sorted(counts)
    found = [counts[name] for name in names]
    return {
        "owner": owner,
        "key": key,
        "day": date_of(day),
        "count": sum(each[0] for each in found),
        "names": names,
        "counts": [each[0] for each in found],
        "firsts": [each[1] for each in found],
        "lasts": [each[2] for each in found],
    }


class Counters:
    """The changed counters of a transaction: added events, and days that are counted again."""

    def __init__(self) -> None:
        self._added: dict[Place, Counts] = {}
        self._exact: dict[Place, Counts] = {}

    def add(self, label: str, owner: str, name: str, at: int) -> None:
        """Add one event to its counter."""
        count(self._added.setdefault((label, owner, at // DAY), {}), name, at)

    def exactly(self, label: str, owner: str, day: int, events: Iterable[tuple[str, int]]) -> None:
        """Set a day to exactly these events, each a name and an instant."""
        counts: Counts = {}
        for name, at in events:
            count(counts, name, at)
        self._exact[label, owner, day] = counts

    async def rows(self, state: GraphState) -> tuple[dict[str, list[dict[str, Any]]], list[str]]:
        """Return rows of counters and the keys of empty ones.

        Rows of new counters stand under their owners' label, rows of changed ones under `changed`.
        """
        places = (*self._added, *self._exact)
        found: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("memberships", "people", "organisations", "changed")
        }
        empty: list[str] = []
        if not places:
            return found, empty
        keys = {key_of(owner, day): (label, owner, day) for label, owner, day in places}
        known = await _known(state, keys)
        for key, (label, owner, day) in keys.items():
            counts = self._counts((label, owner, day), known.get(key))
            if not counts:
                empty += [key] if key in known else []
            else:
                found["changed" if key in known else label].append(_row(owner, key, day, counts))
        return found, empty

    def _counts(self, place: Place, known: Sequence[Any] | None) -> Counts:
        if place in self._exact:  # counted from all events of the day, new ones included
            return self._exact[place]
        added = self._added[place]
        for name, times, first, last in read_stored(_days, known, "counters", key_of(*place[1:])) if known else ():
            counted = added.get(name)
            if counted is None:
                added[name] = [times, first, last]
            else:
                counted[0] += times
                counted[1], counted[2] = min(counted[1], first), max(counted[2], last)
        return added


def _days(lists: Sequence[Any]) -> list[tuple[str, int, int, int]]:
    return list(zip(*lists, strict=True))


async def _known(state: GraphState, keys: Iterable[str]) -> dict[str, Sequence[Any]]:
    """Return stored counters. Those that the prefetch did not read are read now."""
    missing = [key for key in keys if key not in state.counters_read]
    read = await state.fetch("counters", {"keys": missing}) if missing else ()
    return state.counters | {row[0]: row[1:] for row in read}


def key_of(owner: str, day: int) -> str:
    """Return the key of an owner's counter. `day`: days since 1970."""
    return f"{owner}|{date_of(day)}"


@lru_cache(maxsize=10_000)
def date_of(day: int) -> str:
    """Return a day as text. Cached, because the same few days come again and again."""
    return (EPOCH + timedelta(days=day)).date().isoformat()
