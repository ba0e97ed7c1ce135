"""The doctor: what must hold of any graph, one statement each in `queries/doctor`, and where it does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import queries

if TYPE_CHECKING:
    from graph.engine import Graph

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant that does not hold: which, how often, and up to five nodes where."""

    rule: str
    """The name of the statement in `queries/doctor`."""
    what: str
    """What is wrong, in a sentence."""
    count: int
    where: tuple[str, ...]

    def __str__(self) -> str:
        """Return the finding on one line."""
        more = f" and {self.count - len(self.where)} more" if self.count > len(self.where) else ""
        return f"{self.rule}: {self.what} {self.count} found: {', '.join(self.where)}{more}"


async def check(graph: Graph) -> list[Finding]:
    """Check every invariant and return those that do not hold; an empty list is a healthy graph. Only reads."""
    findings = [await _finding(graph, statement) for statement in _invariants()]
    return [finding for finding in findings if finding is not None]


def _invariants() -> list[queries.Statement]:
    return [statement for statement in queries.all_statements() if statement.name.startswith("doctor/")]


async def _finding(graph: Graph, statement: queries.Statement) -> Finding | None:
    rows = await graph.query(statement.text, {"examples": _EXAMPLES})
    return _told(statement, rows[0]) if rows and rows[0]["found"] else None


def _told(statement: queries.Statement, row: dict[str, Any]) -> Finding:
    rule = statement.name.removeprefix("doctor/")
    return Finding(rule, statement.title, row["found"], tuple(str(place) for place in row["places"]))
