"""One step of a batch of organisations: one statement reads what is known of them, one writes what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import queries
from graph.clock import from_epoch_ms
from graph.journey.decisions.journey_program import JourneyProgram
from graph.journey.decisions.rows import achieved_rows, stay_from, stay_key, stay_row
from graph.journey.decisions.stay import Stay, all_done
from graph.journey.decisions.step import Decision, StepTime, step
from graph.journey.definitions.stored import Ask

if TYPE_CHECKING:
    from graph.engine import Transaction

__all__ = ["OrganisationUpdate", "decide_batch", "simulate"]


@dataclass(frozen=True)
class OrganisationUpdate:
    """The changes of an organisation itself by a step.

    `values` are the generated and calculated attributes that changed, None for those to be removed. `due` is the instant of
    the next step, None for never. `moved`: a stay changed.
    """

    values: dict[str, Any]
    due: int | None
    moved: bool = False


async def decide_batch(
    transaction: Transaction,
    program: JourneyProgram,
    times: Mapping[str, StepTime],
    now: int,
    steady: Mapping[str, int | None],
    unwritten: Mapping[str, Mapping[str, Any]],
) -> dict[str, OrganisationUpdate]:
    """Take organisations through a step, write their stays, and return what changes of the organisations themselves.

    `times` are by organisation, `now` is epoch milliseconds. `steady` organisations are known not to move now: no step is
    computed, and the given instant (None for never) is returned as due. `unwritten` values may not be in the graph yet.
    Merged and deleted organisations are left out.
    """
    moving = {id: each for id, each in times.items() if id not in steady}
    steps = await _steps(transaction.rows, program, moving, now, unwritten) if moving else []
    moved = [each for each in steps if each.decision.changed]
    if moved:
        await _write(transaction, moved, await _find_evidence(transaction, moved))
    return {id: OrganisationUpdate({}, due) for id, due in steady.items()} | {each.id: each.update() for each in steps}


async def simulate(ask: Ask, program: JourneyProgram, times: Mapping[str, StepTime], now: int) -> dict[str, Decision]:
    """Return what a step would decide of each organisation, and write nothing."""
    return {each.id: each.decision for each in await _steps(ask, program, times, now)}


async def _steps(
    ask: Ask,
    program: JourneyProgram,
    times: Mapping[str, StepTime],
    now: int,
    unwritten: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
) -> list[_OrganisationStep]:
    parameters = {**program.statement.parameters, "ids": list(times), "now": now}
    (found,) = await ask(program.statement.text, parameters)
    return [_OrganisationStep(row, program, times[row[0]], unwritten.get(row[0], {})) for row in found["rows"]]


class _OrganisationStep:
    """The step of one organisation of a batch."""

    def __init__(
        self, row: Sequence[Any], program: JourneyProgram, time: StepTime, unwritten: Mapping[str, Any]
    ) -> None:
        self.id: str
        self.id, values, answers, stored, stays = row
        self.program = program
        self.time = time
        self.before = [stay_from(each) for each in stays]
        self.stored = dict(zip(program.properties, stored, strict=True))
        known = program.reading.snapshot(values, answers)
        known.values.update({name: value for name, value in unwritten.items() if name in known.values})
        self.decision: Decision = step(program.journeys, known, self.before, time, backfilled=program.backfilling)

    def update(self) -> OrganisationUpdate:
        """Return what the step changes of the organisation itself."""
        values = {**self.decision.generated, **self.decision.calculated}
        stored = self.stored
        # Most values are None and were None: identity settles those without a comparison.
        changed = {
            name: value for name, value in values.items() if value is not stored[name] and _differs(value, stored[name])
        }
        removed = {name: None for name, before in stored.items() if before is not None and name not in values}
        return OrganisationUpdate({**changed, **removed}, self.decision.due, bool(self.decision.changed))

    def stay_before(self, stay: Stay) -> Stay | None:
        """Return the same stay as it was before the step; None for a new one."""
        return next((each for each in self.before if each.identity == stay.identity), None)

    def is_done(self, stay: Stay) -> bool:
        """Return whether everything that counts in a stay is complete."""
        stage = self.program.journeys.by_key[stay.stage]
        return stage.is_active and all_done(stage.rules_for(stay.version).counting, stay)

    def new_achievements(self) -> Iterable[_NewAchievement]:
        """The objectives just achieved that an event may have completed."""
        for stay in self.decision.changed:
            before = self.stay_before(stay)
            for key, one in stay.achieved.items():
                events = self.program.event_names.get(key, ())
                if events and not one.instant and (before is None or key not in before.achieved):
                    yield _NewAchievement(self.id, stay, key, events, self.time.now)


class _NewAchievement(NamedTuple):
    """An objective just achieved, and the events up to an instant (epoch milliseconds) of which one may have completed it."""

    organisation: str
    stay: Stay
    objective: str
    events: tuple[str, ...]
    until: int


Evidence = Mapping[str, Mapping[str, tuple[str | None, str | None]]]
"""By stay (its key) and objective: the event and the person."""


async def _find_evidence(transaction: Transaction, steps: Sequence[_OrganisationStep]) -> Evidence:
    """Return the latest event behind each objective just achieved, and the person who performed it."""
    achievements = [new for each in steps for new in each.new_achievements()]
    if not achievements:
        return {}
    rows = [
        {"number": i, "organisation": each.organisation, "names": list(each.events), "until": each.until}
        for i, each in enumerate(achievements)
    ]
    found: dict[str, dict[str, tuple[str | None, str | None]]] = {}
    for row in await transaction.rows(queries.text("journey/evidence"), {"rows": rows}):
        new = achievements[row["number"]]
        found.setdefault(stay_key(new.organisation, new.stay), {})[new.objective] = (row["event"], row["person"])
    return found


async def _write(transaction: Transaction, steps: Sequence[_OrganisationStep], evidence: Evidence) -> None:
    stays: list[dict[str, Any]] = []
    achieved: list[dict[str, Any]] = []
    for each in steps:
        for stay in each.decision.changed:
            found = evidence.get(stay_key(each.id, stay), {})
            stays.append(stay_row(each.id, stay, done=each.is_done(stay)))
            achieved += achieved_rows(each.id, stay, each.stay_before(stay), found)
    await transaction.execute(queries.text("journey/write_stays"), {"stays": stays, "achieved": achieved})


def _differs(value: Any, stored: Any) -> bool:
    """Return whether a value differs from the stored one. False and no value are the same: it never was a member."""
    if stored is None:
        return value is not None and value is not False
    return bool(value != (from_epoch_ms(stored) if isinstance(value, datetime) else stored))
