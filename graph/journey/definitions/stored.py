"""The stored journeys: every definition, with the versions under which stays may have begun."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import queries
from graph.journey.definitions.checking import no_such_objective, no_such_stage
from graph.journey.definitions.definition import ExitRule, Journey, Objective, Reentry, Stage

if TYPE_CHECKING:
    from graph.engine import Graph, Transaction

__all__ = ["Ask", "Library", "load_library", "read_library"]

Ask = Callable[[str, Mapping[str, Any]], Awaitable[list[dict[str, Any]]]]
"""A query of the graph, within a transaction or not: statement and parameters to rows."""


@dataclass(frozen=True)
class Library:
    """Every journey, and the earlier versions of stages by stage and number.

    `stale` are changed stages for which some organisations are not yet evaluated, with the instant of the change in epoch
    milliseconds. `backfilling` are those of them that have just gone live.
    """

    journeys: tuple[Journey, ...] = ()
    versions: Mapping[tuple[str, int], Stage] = field(default_factory=dict)
    stale: tuple[tuple[str, int], ...] = ()
    backfilling: frozenset[str] = frozenset()

    @property
    def stages(self) -> tuple[Stage, ...]:
        """Every stage of every journey, in order."""
        return tuple(stage for journey in self.journeys for stage in journey.stages)

    def stage(self, key: str) -> Stage | None:
        """Return the stage of that key; None if there is none."""
        return next((each for each in self.stages if each.key == key), None)

    def having(self, stage: Stage) -> Library:
        """Return the library with `stage` in place of the present one, which becomes an earlier version if it has another number."""
        known = self.stage(stage.key)
        others = [
            replace(each, stages=tuple(one for one in each.stages if one.key != stage.key)) for each in self.journeys
        ]
        journeys = {each.key: each for each in (Journey(stage.journey, stage.journey), *others)}
        journeys[stage.journey] = replace(journeys[stage.journey], stages=(*journeys[stage.journey].stages, stage))
        former = {} if known is None or known.version == stage.version else {(known.key, known.version): known}
        return replace(self, journeys=tuple(journeys.values()), versions={**self.versions, **former})

    def known_stage(self, key: str) -> Stage:
        """Return the stage of that key. Raises UserMistake if there is none."""
        known = self.stage(key)
        if known is None:
            raise no_such_stage(key, (each.key for each in self.stages))
        return known

    def known_stage_of(self, objective: str) -> Stage:
        """Return the stage that has an objective of that key. Raises UserMistake if none has."""
        known = self.stage_of(objective)
        if known is None:
            raise no_such_objective(objective, (each.key for one in self.stages for each in one.objectives))
        return known

    def stage_of(self, objective: str) -> Stage | None:
        """Return the stage that has an objective of that key; None if none has."""
        return next((each for each in self.stages if each.objective(objective)), None)


async def load_library(graph: Graph) -> Library:
    """Load the journeys as they are stored now."""
    return await _library(graph.query)


async def read_library(transaction: Transaction) -> Library:
    """Read the journeys within a transaction."""
    return await _library(transaction.rows)


async def _library(ask: Ask) -> Library:
    rows = await ask(queries.text("journey/stages"), {})
    stages = {row["key"]: _stage(row) for row in rows}
    versions = {}
    for row in await ask(queries.text("journey/versions"), {}) if rows else ():
        stage = stages[row["stage"]]
        versions[stage.key, row["version"]] = stage.from_version(row["version"], json.loads(row["definition"]))
    journeys = tuple(
        Journey(
            row["key"],
            row["name"],
            row["exclusive"],
            tuple(each for each in stages.values() if each.journey == row["key"]),
        )
        for row in await ask(queries.text("journey/journeys"), {})
    )
    stale = tuple((row["key"], row["stale_since"]) for row in rows if row["stale_since"] is not None)
    return Library(journeys, versions, stale, frozenset(row["key"] for row in rows if row["backfilling"]))


def _stage(row: Mapping[str, Any]) -> Stage:
    return Stage(
        key=row["key"],
        journey=row["journey"],
        name=row["name"],
        description=row["description"],
        position=row["position"],
        status=row["status"],
        entry=row["entry"],
        exit=ExitRule(row["exit_mode"], row["exit_days"], row["exit_criteria"], row["completed_when"]),
        reentry=Reentry(row["reentry"], row["reentry_days"]),
        version=row["version"],
        objectives=tuple(Objective(**{**each, "after": tuple(each["after"] or ())}) for each in row["objectives"]),
    )
