"""Who would enter a stage if it went live now, and whether the data that its criteria read is there. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from graph.attributes.catalogue import load_catalogue
from graph.clock import epoch_ms, from_epoch_ms
from graph.criteria import parse
from graph.criteria.mentions import attributes
from graph.criteria.tree import Attribute, clauses
from graph.journey.decisions.cypher import coverage_statement, entrants_statement
from graph.journey.definitions.definition import Stage
from graph.journey.definitions.stored import load_library

if TYPE_CHECKING:
    from graph.attributes.catalogue import Catalogue
    from graph.clock import Clock
    from graph.engine import Graph

__all__ = ["Availability", "Preview", "availability", "preview"]


@dataclass(frozen=True)
class Availability:
    """Whether organisations have an attribute that a criterion reads: how many, and of how many in all.

    `last_observed_at` is the newest instant at which facts touched one that has it; None where nobody has it.
    """

    name: str
    organisations_with_value: int
    organisations: int
    last_observed_at: datetime | None


@dataclass(frozen=True)
class Preview:
    """How many organisations would enter, ids of some of them in order, and the attributes the stage reads."""

    would_enter: int
    sample: tuple[str, ...]
    availability: tuple[Availability, ...]


async def preview(graph: Graph, clock: Clock, stage: str, sample: int = 5) -> Preview:
    """Who would enter a stage, whatever its status; who is in it, or may not come back, is left out. Raises UserMistake."""
    library, catalogue = await load_library(graph), await load_catalogue(graph)
    known = library.known_stage(stage)
    statement = entrants_statement(parse(known.entry, subject="organisation", catalogue=catalogue))
    given = {"stage": stage, "again": known.reentry.is_allowed, "sample": sample, "now": epoch_ms(clock.now())}
    row = (await graph.query(statement.text, {**statement.parameters, **given}))[0]
    return Preview(row["entering"], tuple(row["some"]), await availability(graph, known, catalogue))


async def availability(graph: Graph, stage: Stage, catalogue: Catalogue) -> tuple[Availability, ...]:
    """Whether the attributes that a stage's criteria read have values, in the order in which they are read."""
    read = {each.definition.name: each for each in _read(stage, catalogue) if each.entity == "organisation"}
    if not read:
        return ()
    statement = coverage_statement([each.definition.property for each in read.values()])
    row = (await graph.query(statement.text, statement.parameters))[0]
    return tuple(Availability(name, row[f"n{i}"], row["every"], _instant(row[f"at{i}"])) for i, name in enumerate(read))


def _read(stage: Stage, catalogue: Catalogue) -> Iterable[Attribute]:
    """Every attribute that a criterion of the stage names."""
    for text in stage.criteria:
        for clause in clauses(parse(text, subject="organisation", catalogue=catalogue).root):
            yield from attributes(clause)


def _instant(value: int | None) -> datetime | None:
    return None if value is None else from_epoch_ms(value)
