"""Traversals from a node to its day counters, each shared by all ad hoc roll-ups that read the same counters.

Several numbers about an organisation are mostly about the same events. To find its members' days costs the same each time.
A traversal is a subquery before the projection, and each roll-up that reads it is one of its columns.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

__all__ = ["Traversal", "Traversals"]

Owners = tuple[str, list[str]]
"""The pattern from a node to its owners of events, and its conditions."""


class Traversals:
    """The subqueries that stand before a projection, in order, one for each traversal among them."""

    def __init__(self) -> None:
        """Begin with none."""
        self.calls: list[str] = []
        self._traversals: dict[Hashable, Traversal] = {}

    def find(self, key: Hashable, alias: str, owners: Callable[[], Owners]) -> Traversal:
        """Return the traversal of this key from the node `alias`; where there is none yet, begin one that leads to the owners."""
        if key not in self._traversals:
            pattern, conditions = owners()
            self._traversals[key] = Traversal(alias, pattern, tuple(conditions), self.calls, len(self.calls))
            self.calls.append("")
        return self._traversals[key]


@dataclass
class Traversal:
    """One traversal from a node to the day counters `ru_a`. `place` is the position of its subquery in `calls`."""

    alias: str
    pattern: str
    conditions: tuple[str, ...]
    calls: list[str]
    place: int
    columns: list[tuple[str, str, frozenset[str]]] = field(default_factory=list)
    """The aggregating function with `{}` for its argument, the argument, and the conditions on a day that counts."""

    def column(self, function: str, value: str, days: Iterable[str]) -> str:
        """Return the variable that conditions an aggregate over the days. Equal aggregates share one."""
        wanted = (function, value, frozenset(days))
        if wanted not in self.columns:
            self.columns.append(wanted)
            self.calls[self.place] = self._text()
        return self._name(self.columns.index(wanted))

    def _text(self) -> str:
        """The subquery. Conditions that all columns share narrow the traversal itself."""
        shared = frozenset.intersection(*(days for _, _, days in self.columns))
        conditions = [*self.conditions, *sorted(shared)]
        narrowed = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        returned = ", ".join(
            f"{function.format(_if(days - shared, value))} AS {self._name(n)}"
            for n, (function, value, days) in enumerate(self.columns)
        )
        return f"CALL ({self.alias}) {{ MATCH {self.pattern}-[:ACTIVE_ON]->(ru_a){narrowed} RETURN {returned} }}"

    def _name(self, column: int) -> str:
        """The variable of a column, which no other traversal in the statement has."""
        return f"{self.alias}_ru{self.place}_{column}"


def _if(days: frozenset[str], value: str) -> str:
    return f"CASE WHEN {' AND '.join(sorted(days))} THEN {value} END" if days else value
