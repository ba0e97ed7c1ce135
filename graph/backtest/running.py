"""A back-test from beginning to end: what the rule reads, every organisation replayed, the outcome beside reality."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from graph.attributes.catalogue import Catalogue, Definition, load_catalogue
from graph.backtest.comparing import BackTest, Entered, Read, entered
from graph.backtest.loading import Past, load
from graph.backtest.meeting import Asking
from graph.backtest.needs import Needs, needs
from graph.backtest.replaying import Replay
from graph.backtest.rolling import rolled_up
from graph.calculated.attribute_history import kept_since
from graph.clock import epoch_ms, from_epoch_ms
from graph.criteria import parse
from graph.errors import UserMistake
from graph.journey.decisions.compiled_journeys import CompiledJourneys, compile_journeys
from graph.journey.definitions.definition import Stage
from graph.journey.definitions.exits import DAY, NO_EXIT
from graph.journey.definitions.stored import Library, load_library
from graph.rollups.stored import list_stored

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph

__all__ = ["DAYS", "backtest"]

DAYS = 90
"""How far a back-test reaches back unless told."""
_FIRST = epoch_ms(datetime.min.replace(tzinfo=UTC))


async def backtest(
    graph: Graph,
    clock: Clock,
    stage: str,
    *,
    since: int | None = None,
    until: int | None = None,
    entry: str | None = None,
) -> BackTest:
    """Who would have entered a stage from `since` until just before `until` (epoch milliseconds; the last 90 days unless told).

    By its own entry criterion, or by `entry`. Raises UserMistake, NO_HISTORY for what is not known of the past.
    """
    library, catalogue = await load_library(graph), await load_catalogue(graph)
    begin, end = _period(since, until, epoch_ms(clock.now()))
    tested = _tested(library.known_stage(stage), entry, catalogue)
    roll_ups = [each for each in await list_stored(graph) if not each.removed]
    needed = needs(tested.criteria, catalogue, roll_ups)
    replay = _replay(tested, library, catalogue, needed)
    earliest = _Earliest(needed, replay.program)
    found: list[Entered] = []
    async for past in load(graph, needed, catalogue):
        earliest.note(past)
        simulated = replay.stays(past.organisation, past.stays, begin, end)
        outcome = entered(past.organisation.id, stage, simulated, past.stays, begin, end)
        found += [] if outcome is None else [outcome]
        await asyncio.sleep(0)  # others wait for this loop, too
    reads = tuple(earliest.reads(await kept_since(graph)))
    return BackTest(begin, end, tuple(sorted(found, key=_order)), reads)


def _order(one: Entered) -> tuple[bool, int, str]:
    """Who would have entered, by when; then who only did."""
    at = one.would if one.would is not None else one.did
    return one.would is None, at or 0, one.organisation


def _period(since: int | None, until: int | None, now: int) -> tuple[int, int]:
    end = now if until is None else until
    begin = max(end - DAYS * DAY, _FIRST) if since is None else since
    if not begin < end <= now:
        shown = " to ".join(from_epoch_ms(each).isoformat().replace("+00:00", "Z") for each in (begin, end))
        raise UserMistake(
            "BAD_PERIOD", f"A past period begins before it ends, and ends by now; this is {shown}.", "from"
        )
    return begin, end


def _tested(stage: Stage, entry: str | None, catalogue: Catalogue) -> Stage:
    """The stage as it is tested: live. Where nobody may come back, how it ends is of no concern. Raises CriteriaError."""
    parse(stage.entry if entry is None else entry, subject="organisation", catalogue=catalogue)
    tested = replace(stage, status="LIVE", entry=stage.entry if entry is None else entry)
    return tested if stage.reentry.is_allowed else replace(tested, exit=NO_EXIT, objectives=())


def _replay(tested: Stage, library: Library, catalogue: Catalogue, needed: Needs) -> Replay:
    """The stage alone moves anybody; the others say what they really said."""
    journeys = [
        replace(each, stages=tuple(tested if one.key == tested.key else _still(one) for one in each.stages))
        for each in library.journeys
    ]
    versions = {version: kept for version, kept in library.versions.items() if version[0] != tested.key}
    program = compile_journeys(journeys, versions, catalogue, list(needed.calculated.values()))
    return Replay(
        tested.key,
        program,
        [Asking.of(each) for each in program.clauses],
        list(needed.told["organisation"].values()) + _seen(program, catalogue),
        {name: rolled_up(each, catalogue) for name, each in needed.rolled_up.items()},
        daily=any(each.roll_up.window_days is not None for each in needed.rolled_up.values()),
        once=not tested.reentry.is_allowed,
    )


def _still(stage: Stage) -> Stage:
    return stage if stage.status == "DRAFT" else replace(stage, status="PAUSED")


def _seen(program: CompiledJourneys, catalogue: Catalogue) -> list[Definition]:
    """When it was seen, first and last, as far as criteria ask."""
    built_in = [
        each for each in catalogue.attributes_of("organisation") if each.property in ("firstSeenAt", "lastSeenAt")
    ]
    return [each for each in built_in if each.property in program.properties]


class _Earliest:
    """Since when anything was told of everything that a rule reads."""

    def __init__(self, needed: Needs, program: CompiledJourneys) -> None:
        self._needed = needed
        self._program = program
        self._first: dict[tuple[str, str], int] = {}

    def note(self, past: Past) -> None:
        """Take in one organisation."""
        organisation = past.organisation
        somebody = [("organisation", organisation.itself)]
        somebody += [("person", each.person) for each in organisation.members]
        somebody += [("membership", each.membership) for each in organisation.members]
        for entity, one in somebody:
            for name, steps in one.steps.items():
                if steps:
                    self._note(entity, name, steps[0].since)
        for event in organisation.events.all:
            self._note("event", event.name, event.at)
        for stay in past.stays:
            self._note("stage", stay.stage, stay.entered_at)

    def _note(self, kind: str, name: str, at: int) -> None:
        self._first[kind, name] = min(at, self._first.get((kind, name), at))

    def reads(self, kept: int | None) -> Iterable[Read]:
        """Everything that is read, by name; `kept` is since when histories are, where they were not always."""
        for entity, told in self._needed.told.items():
            for name, definition in sorted(told.items()):
                first = self._first.get((entity, name))
                shown = definition.name if entity == "organisation" else f"{entity}.{definition.name}"
                yield Read(shown, first if first is None or kept is None else max(first, kept))
        for event in sorted(each for each in self._needed.events if each is not None):
            yield Read(f"'{event}'", self._first.get(("event", event)))
        for stage in self._program.stages:
            names = [stage.names, *stage.objective_names.values()]
            if any(one in self._needed.generated for each in names for one in vars(each).values()):
                yield Read(f"stage {stage.key}", self._first.get(("stage", stage.key)))
