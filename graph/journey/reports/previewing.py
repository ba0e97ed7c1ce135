"""Previews: the organisations that would enter a stage now, and the coverage of the data it reads. Nothing is written."""

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
    """The coverage of an attribute that a criterion reads: organisations with a value, and all organisations.

    `last_observed_at` is the newest instant at which facts touched an organisation with a value; None if none has one.
    """

    name: str
    organisations_with_value: int
    organisations: int
    last_observed_at: datetime | None


@dataclass(frozen=True)
class Preview:
    """The number of organisations that would enter, a sample of ids in order, and the coverage of attributes."""

    would_enter: int
    sample: tuple[str, ...]
    availability: tuple[Availability, ...]


async def preview(graph: Graph, clock: Clock, stage: str, sample: int = 5) -> Preview:
    """Return the preview of a stage of any status. Occupants, and those that may not return, are left out. Raises UserMistake."""
    library, catalogue = await load_library(graph), await load_catalogue(graph)
    known = library.known_stage(stage)
    statement = entrants_statement(parse(known.entry, subject="organisation", catalogue=catalogue))
    parameters = {"stage": stage, "again": known.reentry.is_allowed, "sample": sample, "now": epoch_ms(clock.now())}
    row = (await graph.query(statement.text, {**statement.parameters, **parameters}))[0]
    return Preview(row["entering"], tuple(row["some"]), await availability(graph, known, catalogue))


async def availability(graph: Graph, stage: Stage, catalogue: Catalogue) -> tuple[Availability, ...]:
    """Return the coverage of each attribute that a stage's criteria read, in the order of reading."""
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
