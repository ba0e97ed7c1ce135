"""The doctor: checks the invariants of a graph, one statement each in `queries/doctor`."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import queries
from graph.errors import EngineError, EngineUnavailable

if TYPE_CHECKING:
    from graph.engine import Graph

log = logging.getLogger(__name__)

_EXAMPLES = 5
_FILES = "Files of the engine are not as it left them; put back a back-up of the data directory."
_UNREADABLE = "The engine fails to read what is stored, so that these invariants cannot be checked."


@dataclass(frozen=True, slots=True)
class Violation:
    """A violated invariant: which one, how often, and up to five nodes where."""

    rule: str
    """The name of the statement in `queries/doctor`, or `engine_files`, or `unreadable`."""
    what: str
    """The violation in a sentence."""
    count: int
    where: tuple[str, ...]

    def __str__(self) -> str:
        """Return the violation on one line."""
        more = f" and {self.count - len(self.where)} more" if self.count > len(self.where) else ""
        return f"{self.rule}: {self.what} {self.count} found: {', '.join(self.where)}{more}"


async def check(graph: Graph) -> list[Violation]:
    """Check the engine's files and every invariant, and return the violations. Only reads."""
    findings: list[Violation] = []
    unreadable: list[str] = []
    for statement in _invariants():
        try:
            findings += await _findings(graph, statement)
        except EngineUnavailable:
            raise
        except EngineError as error:
            log.debug("%s cannot be checked", statement.name, exc_info=error)
            unreadable.append(_rule(statement))
    return [*damaged(graph.damage), *_several("unreadable", _UNREADABLE, unreadable), *findings]


def damaged(damage: Sequence[str]) -> list[Violation]:
    """Return damage to the engine's files as a violation; none for an undamaged engine."""
    return _several("engine_files", _FILES, damage)


def _several(rule: str, what: str, where: Sequence[str]) -> list[Violation]:
    return [Violation(rule, what, len(where), tuple(where[:_EXAMPLES]))] if where else []


def _invariants() -> list[queries.Statement]:
    return [statement for statement in queries.all_statements() if statement.name.startswith("doctor/")]


async def _findings(graph: Graph, statement: queries.Statement) -> list[Violation]:
    rows = await graph.query(statement.text, {"examples": _EXAMPLES})
    found = [row for row in rows[:1] if row["found"]]
    return [Violation(_rule(statement), statement.title, row["found"], _places(row)) for row in found]


def _rule(statement: queries.Statement) -> str:
    return statement.name.removeprefix("doctor/")


def _places(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(str(place) for place in row["places"])
