"""The state of a step: an organisation's stays, and the values that criteria read. Every move updates both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.calculated.definition import Calculation
from graph.clock import from_epoch_ms
from graph.criteria import Snapshot
from graph.journey.decisions.compiled_journeys import CompiledJourneys, CompiledStage, StageRules
from graph.journey.decisions.generated_values import objective_values, stage_values
from graph.journey.decisions.stay import Stay, all_done, close, in_order

__all__ = ["StepState", "StepTime", "begin_step"]


@dataclass(frozen=True)
class StepTime:
    """The time of a step, in epoch milliseconds.

    `facts_at` is the commit of the newest fact that the step takes in; None where time alone caused the step.
    `stated_at` is the newest `occurredAt` or `observedAt` among those facts (J3).
    """

    now: int
    facts_at: int | None = None
    stated_at: int | None = None

    @property
    def decided_at(self) -> int:
        """The instant as of which the step decides: the commit of its facts, or its due instant (J3)."""
        return self.now if self.facts_at is None else min(self.facts_at, self.now)


@dataclass
class StepState:
    """Stays by stage in their order, and known values, generated and calculated attributes included."""

    journeys: CompiledJourneys
    known: Snapshot
    time: StepTime
    backfilled: frozenset[str]
    stays: dict[str, list[Stay]] = field(default_factory=dict)
    entered: set[str] = field(default_factory=set)
    """The stages entered within this step."""
    generated: dict[str, Any] = field(default_factory=dict)
    calculated: dict[str, float | None] = field(default_factory=dict)

    def open_stays(self) -> list[tuple[CompiledStage, Stay, StageRules]]:
        """Return the open stays of live stages, with the rules they began under."""
        found = []
        for stage in self.journeys.stages:
            stay = self.last_stay(stage)
            if stay is not None and stay.is_open and stage.is_active:
                found.append((stage, stay, stage.rules_for(stay.version)))
        return found

    def last_stay(self, stage: CompiledStage) -> Stay | None:
        """Return the open stay in a stage, else the one that ended last; None without any."""
        stays = self.stays.get(stage.key)
        return stays[-1] if stays else None

    def put_stay(self, stage: CompiledStage, stay: Stay) -> None:
        """Add a stay or replace its earlier form, and update the values that follow from it."""
        others = (each for each in self.stays.get(stage.key, ()) if each.identity != stay.identity)
        self.stays[stage.key] = in_order((*others, stay))
        self.generate(stage)
        self.calculate(self.journeys.following)

    def generate(self, stage: CompiledStage) -> None:
        """Update the attributes that a stage and its objectives generate (J10)."""
        stays = self.stays.get(stage.key, [])
        values: dict[str, Any] = dict(stage_values(stage.names, stays))
        for key, names in stage.objective_names.items():
            values |= objective_values(key, names, stays)
        for name, value in values.items():
            is_plain = value is None or value is True or value is False
            self.generated[name] = self.known.values[name] = value if is_plain else from_epoch_ms(value)

    def calculate(self, calculations: Iterable[Calculation]) -> None:
        """Evaluate calculated attributes again, each after those that it reads."""
        for each in calculations:
            value = each.value(self.known, self.time.now)
            self.calculated[each.property] = self.known.values[each.property] = value


def begin_step(
    journeys: CompiledJourneys, known: Snapshot, stays: Sequence[Stay], time: StepTime, backfilled: frozenset[str]
) -> StepState:
    """Return the state before anything moves: the stays, what they generate, and what is calculated from that."""
    state = StepState(journeys, Snapshot(dict(known.values), known.answers), time, backfilled)
    for stay in in_order(stays):
        state.stays.setdefault(stay.stage, []).append(stay)
    for stage in journeys.stages:
        if stage.key in state.stays:
            if stage.is_active:
                state.stays[stage.key] = _close_merged(stage, state.stays[stage.key], time.decided_at)
            state.generate(stage)
    state.calculate(journeys.calculations)
    return state


def _close_merged(stage: CompiledStage, stays: list[Stay], at: int) -> list[Stay]:
    """Return stays of which at most one is open. Where merged organisations bring several, the first one goes on (I4)."""
    still_open = [each for each in stays if each.is_open]
    if len(still_open) < 2:
        return stays
    first, *others = still_open
    closed = [
        close(each, at, completed=all_done(stage.rules_for(each.version).counting, each), reason="merged")
        for each in others
    ]
    return in_order((*(each for each in stays if not each.is_open), *closed, first))
