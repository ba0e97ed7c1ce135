"""Day counters at a node, walked once for all roll-ups asked for now that read the same ones.

Whoever asks for several numbers about an organisation mostly asks about the same events: to find its members' days again for each
number costs as much as the first time. A walk is a subquery before the projection; a roll-up read from it is one of its columns.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

__all__ = ["Before", "Walk"]

Owners = tuple[str, list[str]]
"""Pattern from a node to its owners of events, and what holds for them."""


class Before:
    """What stands before a projection: its subqueries in order, among them one for each walk over day counters."""

    def __init__(self) -> None:
        """Begin with none."""
        self.calls: list[str] = []
        self._walks: dict[Hashable, Walk] = {}

    def walk(self, key: Hashable, alias: str, owners: Callable[[], Owners]) -> Walk:
        """The walk from the node `alias` that reads what `key` names; a new one, if there is none yet, goes to the owners."""
        if key not in self._walks:
            pattern, holds = owners()
            self._walks[key] = Walk(alias, pattern, tuple(holds), self.calls, len(self.calls))
            self.calls.append("")
        return self._walks[key]


@dataclass
class Walk:
    """One walk from a node to the day counters `ru_a`; `place` is where its subquery stands among `calls`."""

    alias: str
    pattern: str
    holds: tuple[str, ...]
    calls: list[str]
    place: int
    columns: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    """Aggregating function with `{}` for its argument, the argument, and what must hold for a day to count."""

    def column(self, function: str, value: str, days: Iterable[str]) -> str:
        """The variable that holds an aggregate over the walk's days; one that is there already is not worked out twice."""
        wanted = (function, value, frozenset(days))
        if wanted not in self.columns:
            self.columns.append(wanted)
            self.calls[self.place] = self._text()
        return self._name(self.columns.index(wanted))

    def _text(self) -> str:
        """The subquery; what all columns ask of a day narrows the walk itself."""
        shared = frozenset.intersection(*(days for _, _, days in self.columns))
        holds = [*self.holds, *sorted(shared)]
        narrowed = f" WHERE {' AND '.join(holds)}" if holds else ""
        returned = ", ".join(
            f"{function.format(_if(days - shared, value))} AS {self._name(n)}"
            for n, (function, value, days) in enumerate(self.columns)
        )
        return f"CALL ({self.alias}) {{ MATCH {self.pattern}-[:ACTIVE_ON]->(ru_a){narrowed} RETURN {returned} }}"

    def _name(self, column: int) -> str:
        """The variable of a column, which no other walk in the statement has."""
        return f"{self.alias}_ru{self.place}_{column}"


def _if(days: frozenset[str], value: str) -> str:
    return f"CASE WHEN {' AND '.join(sorted(days))} THEN {value} END" if days else value
