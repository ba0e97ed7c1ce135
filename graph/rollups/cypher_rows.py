"""The rows that a roll-up aggregates, as Cypher: of a subquery about one node, or of a statement that groups rows by node."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GroupedRows", "SubqueryRows", "when"]


@dataclass(frozen=True)
class SubqueryRows:
    """The rows of one node, in a subquery of their own.

    `rows` is the MATCH with its conditions; every row has a known `value` of the type `kind`.
    `counted` is what COUNT returns of each row. `once` is the variable of a node that gives its value only once.
    `first` and `last` are the times by which a row comes first or last; `ids` decide between equal times.
    """

    rows: str
    value: str
    kind: str
    counted: str
    first: str
    last: str
    ids: tuple[str, ...]
    once: str | None = None

    @property
    def values(self) -> str:
        """The end of a subquery that returns the value of each row as `ru_v`."""
        if self.once is None:
            return f"RETURN {self.value} AS ru_v"
        return f"WITH DISTINCT {self.once}, {self.value} AS ru_v RETURN ru_v"


@dataclass(frozen=True)
class GroupedRows:
    """The rows of many nodes, which aggregating functions group by node.

    A row counts where all `conditions` hold. Its `value`, of the type `kind`, may be null.
    `count` is the expression that counts rows with a known value. `first`, `last` and `ids` are those of `SubqueryRows`.
    """

    conditions: list[str]
    value: str
    kind: str
    count: str
    first: str
    last: str
    ids: tuple[str, ...]

    @property
    def counted_value(self) -> str:
        """The value of a row that counts, else null."""
        return when(self.conditions, self.value)


def when(conditions: list[str], value: str) -> str:
    """Return the value of rows for which all conditions hold, else null, as Cypher."""
    return f"CASE WHEN {' AND '.join(conditions)} THEN {value} END" if conditions else value
