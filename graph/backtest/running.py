"""Runs a back-test: collects the inputs of the rule, replays every organisation, and compares the result with reality."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from graph.attributes.catalogue import Catalogue, Definition, load_catalogue
from graph.backtest.comparison import BackTest, EntryComparison, InputHistory, compare_entries
from graph.backtest.loading import OrganisationPast, load
from graph.backtest.needs import Needs, needs
from graph.backtest.past_answers import PastClause
from graph.backtest.replay import Replay
from graph.backtest.roll_ups import rolled_up
from graph.calculated.attribute_history import kept_since
from graph.clock import DAY, epoch_ms, from_epoch_ms
from graph.criteria import parse
from graph.errors import UserMistake
from graph.journey.decisions.compiled_journeys import CompiledJourneys, compile_journeys
from graph.journey.definitions.definition import Stage
from graph.journey.definitions.exits import NO_EXIT
from graph.journey.definitions.stored import Library, load_library
from graph.rollups.stored import list_stored

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph

__all__ = ["DAYS", "backtest"]

DAYS = 90
"""The length of a period whose beginning is not given."""
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
    """Return the organisations that would have entered a stage by its own entry criterion, or by `entry`.

    The period is from `since` until just before `until`, in epoch milliseconds; by default the last 90 days. Raises
    UserMistake: NO_HISTORY for an input without a history.
    """
    library, catalogue = await load_library(graph), await load_catalogue(graph)
    begin, end = _period(since, until, epoch_ms(clock.now()))
    tested = _tested(library.known_stage(stage), entry, catalogue)
    roll_ups = [each for each in await list_stored(graph) if not each.removed]
    needed = needs(tested.criteria, catalogue, roll_ups)
    replay = _replay(tested, library, catalogue, needed)
    earliest = _Earliest(needed, replay.journeys)
    found: list[EntryComparison] = []
    async for past in load(graph, needed, catalogue):
        earliest.note(past)
        simulated = replay.stays(past.organisation, past.stays, begin, end)
        comparison = compare_entries(past.organisation.id, stage, simulated, past.stays, begin, end)
        found += [] if comparison is None else [comparison]
        await asyncio.sleep(0)  # let other tasks run in between
    inputs = tuple(earliest.inputs(await kept_since(graph)))
    return BackTest(begin, end, tuple(sorted(found, key=_order)), inputs)


def _order(one: EntryComparison) -> tuple[bool, int, str]:
    """Simulated entries by their instants come first, then those that are only real."""
    at = one.simulated_at if one.simulated_at is not None else one.real_at
    return one.simulated_at is None, at or 0, one.organisation


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
    """Return the stage as it is tested: live. If nobody may return, its exit does not matter. Raises CriteriaError."""
    parse(stage.entry if entry is None else entry, subject="organisation", catalogue=catalogue)
    tested = replace(stage, status="LIVE", entry=stage.entry if entry is None else entry)
    return tested if stage.reentry.is_allowed else replace(tested, exit=NO_EXIT, objectives=())


def _replay(tested: Stage, library: Library, catalogue: Catalogue, needed: Needs) -> Replay:
    """Return the replay in which the tested stage alone moves organisations. All other stages are paused."""
    journeys = [
        replace(each, stages=tuple(tested if one.key == tested.key else _paused(one) for one in each.stages))
        for each in library.journeys
    ]
    versions = {version: kept for version, kept in library.versions.items() if version[0] != tested.key}
    program = compile_journeys(journeys, versions, catalogue, list(needed.calculated.values()))
    return Replay(
        tested.key,
        program,
        [PastClause.from_clause(each) for each in program.clauses],
        list(needed.remembered["organisation"].values()) + _sight_attributes(program, catalogue),
        {name: rolled_up(each, catalogue) for name, each in needed.rolled_up.items()},
        daily=any(each.roll_up.window_days is not None for each in needed.rolled_up.values()),
        once=not tested.reentry.is_allowed,
    )


def _paused(stage: Stage) -> Stage:
    return stage if stage.status == "DRAFT" else replace(stage, status="PAUSED")


def _sight_attributes(program: CompiledJourneys, catalogue: Catalogue) -> list[Definition]:
    """Return the attributes for the first and last sight, if criteria read them."""
    built_in = [
        each for each in catalogue.attributes_of("organisation") if each.property in ("firstSeenAt", "lastSeenAt")
    ]
    return [each for each in built_in if each.property in program.properties]


class _Earliest:
    """The earliest fact about each input of a rule."""

    def __init__(self, needed: Needs, journeys: CompiledJourneys) -> None:
        self._needed = needed
        self._journeys = journeys
        self._first: dict[tuple[str, str], int] = {}

    def note(self, past: OrganisationPast) -> None:
        """Note the facts of one organisation."""
        organisation = past.organisation
        subjects = [("organisation", organisation.subject)]
        subjects += [("person", each.person) for each in organisation.members]
        subjects += [("membership", each.membership) for each in organisation.members]
        for entity, one in subjects:
            for name, history in one.histories.items():
                if history:
                    self._note(entity, name, history[0].since)
        for event in organisation.events.all:
            self._note("event", event.name, event.at)
        for stay in past.stays:
            self._note("stage", stay.stage, stay.entered_at)

    def _note(self, kind: str, name: str, at: int) -> None:
        self._first[kind, name] = min(at, self._first.get((kind, name), at))

    def inputs(self, kept: int | None) -> Iterable[InputHistory]:
        """Yield every input by name. `kept` is when histories began to be kept, if not always (epoch milliseconds)."""
        for entity, properties in self._needed.remembered.items():
            for name, definition in sorted(properties.items()):
                first = self._first.get((entity, name))
                shown = definition.name if entity == "organisation" else f"{entity}.{definition.name}"
                yield InputHistory(shown, first if first is None or kept is None else max(first, kept))
        for event in sorted(each for each in self._needed.events if each is not None):
            yield InputHistory(f"'{event}'", self._first.get(("event", event)))
        for stage in self._journeys.stages:
            names = [stage.names, *stage.objective_names.values()]
            if any(one in self._needed.generated for each in names for one in vars(each).values()):
                yield InputHistory(f"stage {stage.key}", self._first.get(("stage", stage.key)))
