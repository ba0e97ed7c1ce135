"""The program of journeys: everything that steps of many organisations share, compiled once for a state of the definitions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.attributes.catalogue import Catalogue, Definition
from graph.calculated.definition import Calculated, Holder, calculated_attribute
from graph.criteria import CriteriaError, mentioned, parse, parse_formula
from graph.criteria.cypher_snapshot import SnapshotQuery
from graph.criteria.mentions import attributes
from graph.criteria.tree import Did, clauses
from graph.journey.decisions.compiled_journeys import CompiledJourneys, compile_journeys
from graph.journey.decisions.cypher import CompiledStatement, step_statement
from graph.journey.definitions.stored import Library

__all__ = ["JourneyProgram", "compile_journey_program"]


@dataclass(frozen=True)
class JourneyProgram:
    """Everything that steps of many organisations share.

    `statement` takes `$ids` and `$now`. `properties` are what steps write of organisations. `stale` are the stages, and
    `pending` the calculated attributes, for which some organisations are not yet evaluated. Each comes with the instant of
    its change in epoch milliseconds. `backfilling` are stages that have just gone live.
    """

    journeys: CompiledJourneys
    reading: SnapshotQuery
    statement: CompiledStatement
    properties: tuple[str, ...]
    stale: tuple[tuple[str, int], ...]
    pending: tuple[tuple[str, int], ...]
    backfilling: frozenset[str]
    event_names: Mapping[str, tuple[str, ...]]
    """By objective, the names of the events that may have completed it."""


def compile_journey_program(
    library: Library, catalogue: Catalogue, calculated: Sequence[Calculated] = ()
) -> JourneyProgram | None:
    """Return the program for the defined journeys and organisations' calculated attributes; None without either."""
    usable = [each for each in calculated if not each.removed and each.entity == "organisation"]
    journeys = compile_journeys(library.journeys, library.versions, catalogue, usable)
    if not journeys.stages and not journeys.calculations:
        return None
    written = {**journeys.generated, **{each.property: "float" for each in journeys.calculations}}
    reading, statement = step_statement(journeys.properties, journeys.clauses, written)
    return JourneyProgram(
        journeys,
        reading,
        statement,
        tuple(written),
        library.stale,
        tuple((each.key, each.stale_since) for each in usable if each.stale_since is not None),
        library.backfilling,
        _event_names(journeys, catalogue),
    )


def _event_names(journeys: CompiledJourneys, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    """Return by objective the events that its criteria count, also by way of roll-ups and calculated attributes."""
    criteria = {
        each.key: each.criteria for stage in journeys.stages if stage.is_active for each in stage.rules_now.objectives
    }
    return {
        key: () if criterion is None else tuple(sorted(_counted_in(criterion.text, catalogue)))
        for key, criterion in criteria.items()
    }


def _counted_in(criterion: str, catalogue: Catalogue, subject: Holder = "organisation") -> Iterable[str]:
    for clause in clauses(parse(criterion, subject=subject, catalogue=catalogue).root):
        if isinstance(clause, Did):
            yield clause.event
        for attribute in attributes(clause):
            yield from _counted_for(attribute.definition, catalogue)


def _counted_for(definition: Definition, catalogue: Catalogue) -> Iterable[str]:
    """The names of events behind an attribute; none behind a calculated one that no longer parses."""
    if definition.roll_up is not None and (name := json.loads(definition.roll_up).get("eventName")):
        yield name
    try:
        if definition.formula is not None:
            formula = parse_formula(definition.formula, subject=definition.entity, catalogue=catalogue)  # type: ignore[arg-type]
            for attribute in mentioned(formula):
                yield from _counted_for(attribute.definition, catalogue)
        if definition.score is not None:
            calculated = calculated_attribute(definition)
            for rule in calculated.score:
                yield from _counted_in(rule.criterion, catalogue, calculated.entity)
    except CriteriaError:
        return
