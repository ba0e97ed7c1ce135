"""Day counters: what one owner did on one UTC day, by event name (E4)."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import Any

from graph.times import EPOCH
from graph.writer.graph_state import DAY, GraphState
from graph.writer.stored import read_stored

Counts = dict[str, list[int]]
"""By event name: how often, first and last (epoch ms)."""
Place = tuple[str, str, int]
"""Label of the owner in the plural, its id, and the day as days since 1970."""


def count(counts: Counts, name: str, at: int) -> None:
    """Adds one event."""
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
    """Changes of counters collected over a batch: events added, and days counted again from all their events."""

    def __init__(self) -> None:
        self._added: dict[Place, Counts] = {}
        self._exact: dict[Place, Counts] = {}

    def add(self, label: str, owner: str, name: str, at: int) -> None:
        """One event is added to what is counted."""
        count(self._added.setdefault((label, owner, at // DAY), {}), name, at)

    def exactly(self, label: str, owner: str, day: int, events: Iterable[tuple[str, int]]) -> None:
        """A day holds these events (name, instant) and no others."""
        counts: Counts = {}
        for name, at in events:
            count(counts, name, at)
        self._exact[label, owner, day] = counts

    async def rows(self, state: GraphState) -> tuple[dict[str, list[dict[str, Any]]], list[str]]:
        """Reads what is counted; returns the counters to add (by their owners' label) and to change, and the keys of empty ones."""
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
        if place in self._exact:
            return self._exact[place]
        added = self._added[place]
        for name, times, first, last in read_stored(_days, known, "counters", key_of(*place[1:])) if known else ():
            mine = added.get(name)
            if mine is None:
                added[name] = [times, first, last]
            else:
                mine[0] += times
                mine[1], mine[2] = min(mine[1], first), max(mine[2], last)
        return added


def _days(lists: Sequence[Any]) -> list[tuple[str, int, int, int]]:
    return list(zip(*lists, strict=True))


async def _known(state: GraphState, keys: Iterable[str]) -> dict[str, Sequence[Any]]:
    """What is counted already; what the opening has not asked for is read."""
    missing = [key for key in keys if key not in state.counters_read]
    read = await state.fetch("counters", {"keys": missing}) if missing else ()
    return state.counters | {row[0]: row[1:] for row in read}


def key_of(owner: str, day: int) -> str:
    """The key of one owner's counters of one day (days since 1970)."""
    return f"{owner}|{date_of(day)}"


@lru_cache(maxsize=10_000)
def date_of(day: int) -> str:
    """A day as text; the same few come again and again."""
    return (EPOCH + timedelta(days=day)).date().isoformat()
