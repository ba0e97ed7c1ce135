"""Day counters at a node, walked once for all roll-ups asked for now that read the same ones.

Whoever asks for several numbers about an organisation mostly asks about the same events: to find its members' days again for each
number costs as much as the first time. A walk is a subquery before the projection; a roll-up read from it is one of its columns.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

__all__ = ["Walk", "Walks"]


@dataclass
class Walk:
    """One walk from a node to the day counters `ru_a`; `place` is where its subquery stands among those before the projection."""

    alias: str
    pattern: str
    holds: tuple[str, ...]
    place: int
    columns: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    """Aggregating function with `{}` for its argument, the argument, and what must hold for a day to count."""

    def text(self) -> str:
        """The subquery; what all columns ask of a day narrows the walk itself."""
        shared = frozenset.intersection(*(days for _, _, days in self.columns))
        holds = [*self.holds, *sorted(shared)]
        narrowed = f" WHERE {' AND '.join(holds)}" if holds else ""
        returned = ", ".join(
            f"{function.format(_if(days - shared, value))} AS {self.name(n)}"
            for n, (function, value, days) in enumerate(self.columns)
        )
        return (
            f"CALL ({self.alias}) {{ MATCH {self.pattern}-[:ACTIVE_ON]->(ru_a:Activity){narrowed} RETURN {returned} }}"
        )

    def name(self, column: int) -> str:
        """The variable of a column, which no other walk in the statement has."""
        return f"{self.alias}_ru{self.place}_{column}"


class Walks:
    """The walks before one projection, by what they read."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: dict[Hashable, Walk] = {}

    def find(self, key: Hashable) -> Walk | None:
        """The walk that reads what `key` names, if there is one."""
        return self._known.get(key)

    def begin(self, key: Hashable, alias: str, owners: tuple[str, list[str]], calls: list[str]) -> Walk:
        """A new walk from the node `alias` to its owners of events, placed after the subqueries there are."""
        pattern, holds = owners
        walk = self._known[key] = Walk(alias, pattern, tuple(holds), len(calls))
        calls.append("")
        return walk

    def column(self, walk: Walk, calls: list[str], function: str, value: str, days: Iterable[str]) -> str:
        """The variable that holds an aggregate over the walk's days; one that is there already is not worked out twice."""
        wanted = (function, value, frozenset(days))
        if wanted not in walk.columns:
            walk.columns.append(wanted)
            calls[walk.place] = walk.text()
        return walk.name(walk.columns.index(wanted))


def _if(days: frozenset[str], value: str) -> str:
    return f"CASE WHEN {' AND '.join(sorted(days))} THEN {value} END" if days else value
