"""The oracle of a step for one organisation, written plainly from the rules T and J: slow, literal, independent.

Criteria are `Rule`s. Nothing is compiled or remembered: every question is asked of the stays and facts again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graph.journey.decisions.stay import Achievement, Stay
from graph.journey.definitions.definition import Journey, Objective, Stage
from graph.journey.definitions.exits import StayOutcome
from tests.graph.criteria.oracle import DAY, View
from tests.graph.criteria.world import Organisation
from tests.graph.journey.rules import Rule

Versions = Mapping[tuple[str, int], Stage]


# ---------------------------------------------------------------- J10


def generated_name(key: str, kind: str) -> str:
    return key if key.endswith(f"_{kind}") else f"{key}_{kind}"


def _newest(instants: Iterable[int | None]) -> int | None:
    return max((each for each in instants if each is not None), default=None)


def stage_values(key: str, stays: Sequence[Stay]) -> dict[str, Any]:
    there = [each for each in stays if each.stage == key]
    completed = [each.exited_at for each in there if each.outcome == "COMPLETED"]
    exited = [each.exited_at for each in there if each.outcome == "EXITED"]
    return {
        "currently_member_of": any(each.exited_at is None for each in there),
        "last_entry_to": _newest(each.entered_at for each in there),
        "last_completion_of": _newest(completed),
        "last_exit_from": _newest(exited),
        "last_left": _newest([*completed, *exited]),
    }


def objective_values(stage: str, key: str, stays: Sequence[Stay]) -> dict[str, Any]:
    there = [each for each in stays if each.stage == stage]
    entered = [each.entered_at for each in there if key in each.applicable or key in each.achieved]
    missed = [each for each in there if key in each.applicable and key not in each.achieved]
    completed = [each.achieved[key].at for each in there if key in each.achieved]
    exited = [each.exited_at for each in missed if each.exited_at is not None]
    return {
        "currently_member_of": any(each.exited_at is None for each in missed),
        "last_entry_to": _newest(entered),
        "last_completion_of": _newest(completed),
        "last_exit_from": _newest(exited),
        "last_left": _newest([*completed, *exited]),
    }


def generated(journeys: Sequence[Journey], stays: Sequence[Stay]) -> dict[str, Any]:
    """Every generated attribute by name; instants are epoch milliseconds."""
    found: dict[str, Any] = {}
    for stage in (stage for journey in journeys for stage in journey.stages):
        name = generated_name(stage.key, "stage")
        found |= {f"{kind}_{name}": value for kind, value in stage_values(stage.key, stays).items()}
        for objective in stage.objectives:
            name = generated_name(objective.key, "objective")
            values = objective_values(stage.key, objective.key, stays)
            found |= {f"{kind}_{name}": value for kind, value in values.items()}
    return found


_KINDS = ("currently_member_of", "last_entry_to", "last_completion_of", "last_exit_from", "last_left")


@dataclass(frozen=True)
class Seen(View):
    """An organisation with what its stays generate at this very moment."""

    journeys: tuple[Journey, ...] = ()
    stays: tuple[Stay, ...] = ()

    def get(self, entity: str, name: str) -> Any:
        kind = next((each for each in _KINDS if name.startswith(each)), None)
        if kind is None:
            return super().get(entity, name)
        for stage in (stage for journey in self.journeys for stage in journey.stages):
            if name == f"{kind}_{generated_name(stage.key, 'stage')}":
                return stage_values(stage.key, self.stays)[kind]
            for objective in stage.objectives:
                if name == f"{kind}_{generated_name(objective.key, 'objective')}":
                    return objective_values(stage.key, objective.key, self.stays)[kind]
        raise AssertionError(name)


# ---------------------------------------------------------------- the step


def decide(
    journeys: Sequence[Journey],
    versions: Versions,
    organisation: Organisation,
    stays: Sequence[Stay],
    now: int,
    facts_at: int | None,
    stated_at: int | None,
    backfilled: frozenset[str] = frozenset(),
) -> list[Stay]:
    """All stays of the organisation after one step at `now`; see the rules."""
    return _Step(tuple(journeys), versions, organisation, list(stays), now, facts_at, stated_at, backfilled).run()


def definition(stage: Stage, stay: Stay, versions: Versions) -> Stage:
    """J9: the rules of the stay's own version, with the objectives that the stage still has and those added since."""
    own = stage if stay.version == stage.version else versions[stage.key, stay.version]
    kept = {each.key: each for each in own.objectives}
    objectives = tuple(kept.get(each.key, each) for each in stage.objectives)
    return replace(own, objectives=objectives)


@dataclass
class _Step:
    journeys: tuple[Journey, ...]
    versions: Versions
    organisation: Organisation
    stays: list[Stay]
    now: int
    facts_at: int | None
    stated_at: int | None
    backfilled: frozenset[str]
    entered: set[str] = field(default_factory=set)

    def run(self) -> list[Stay]:
        self.unite()
        self.late_evidence()
        while True:
            before = list(self.stays)
            self.objectives()
            self.exits()
            self.entries()
            if self.stays == before:
                break
        self.entries_gone()
        return self.stays

    # ------------------------------------------------------------ I4

    def unite(self) -> None:
        """I4: two open stays of merged organisations in a stage become one. The one that began first goes on."""
        for stage in self.live():
            there = [each for each in self.stays if each.stage == stage.key and each.exited_at is None]
            for other in sorted(there, key=lambda each: (each.entered_at, each.n, each.home is not None))[1:]:
                outcome: StayOutcome = "COMPLETED" if self.all_done(stage, other) else "EXITED"
                self.close(other, self.dated, outcome, "merged")

    # ------------------------------------------------------------ what is asked again and again

    @property
    def dated(self) -> int:
        """J3: what facts decide is dated at their commit, what time decides at its due instant."""
        return self.now if self.facts_at is None else self.facts_at

    def holds(self, rule: str) -> bool:
        assert isinstance(rule, Rule)
        seen = Seen(organisation=self.organisation, journeys=self.journeys, stays=tuple(self.stays))
        return rule.holds(seen, self.now)

    def live(self) -> list[Stage]:
        """J2: by journey, position, key."""
        stages = [stage for journey in self.journeys for stage in journey.stages if stage.status == "LIVE"]
        return sorted(stages, key=lambda each: (each.journey, each.position, each.key))

    def last(self, stage: Stage) -> Stay | None:
        """The one that is open, or ended last."""
        there = [each for each in self.stays if each.stage == stage.key]
        ended = [each for each in there if each.exited_at is not None]
        latest = max(ended, key=lambda each: (each.exited_at, each.entered_at, each.n, each.home or ""), default=None)
        return next((each for each in there if each.exited_at is None), latest)

    def open(self, stage: Stage) -> Stay | None:
        last = self.last(stage)
        return last if last is not None and last.exited_at is None else None

    def put(self, stay: Stay, **changes: Any) -> Stay:
        if all(getattr(stay, name) == value for name, value in changes.items()):
            return stay
        changed = replace(stay, **changes)
        self.stays[self.stays.index(stay)] = changed
        return changed

    def definition(self, stage: Stage, stay: Stay) -> Stage:
        return definition(stage, stay, self.versions)

    def counting(self, stage: Stage, stay: Stay) -> list[Objective]:
        """The objectives that apply and decide completion."""
        all_ = self.definition(stage, stay).objectives
        return [each for each in all_ if each.kind == "OBJECTIVE" and each.key in stay.applicable]

    def all_done(self, stage: Stage, stay: Stay) -> bool:
        counting = self.counting(stage, stay)
        return bool(counting) and all(each.key in stay.achieved for each in counting)

    # ------------------------------------------------------------ J8

    def objectives(self) -> None:
        for stage in self.live():
            stay = self.open(stage)
            if stay is None:
                continue
            own = self.definition(stage, stay)
            present = {each.key for each in own.objectives}
            # J9: a removed one no longer applies; that one that was achieved did apply stays recorded.
            applicable = stay.applicable & (present | stay.achieved.keys())
            stay = self.put(stay, applicable=applicable, holding=stay.holding & present)
            for objective in own.objectives:
                stay = self.objective(own, objective, stay)

    def applies(self, objective: Objective, stay: Stay) -> bool:
        latched = objective.key in stay.achieved
        return latched or objective.applies_to is None or self.holds(objective.applies_to)

    def objective(self, own: Stage, objective: Objective, stay: Stay) -> Stay:
        one = frozenset({objective.key})
        applies = self.applies(objective, stay)
        stay = self.put(stay, applicable=stay.applicable | one if applies else stay.applicable - one)
        is_met = applies and objective.criteria is not None and not objective.manual and self.holds(objective.criteria)
        if objective.kind == "MARKER":
            stay = self.put(stay, holding=stay.holding | one if is_met else stay.holding - one)
        if is_met and objective.key not in stay.achieved:
            stay = self.put(stay, achieved={**stay.achieved, objective.key: self.achievement(own, objective, stay)})
        return stay

    def achievement(self, own: Stage, objective: Objective, stay: Stay) -> Achievement:
        # J8: true already at entry, whoever entered it.
        instant = stay.stage in self.entered or (stay.by_hand and stay.entered_at == self.now)
        if instant:
            at = stay.entered_at
        elif self.facts_at is None or self.stated_at is None:
            at = self.now
        else:
            at = max(stay.entered_at, min(self.stated_at, self.now))
        expected = [each for each in own.objectives if each.key in objective.after and self.applies(each, stay)]
        return Achievement(at, instant, out_of_order=any(each.key not in stay.achieved for each in expected))

    # ------------------------------------------------------------ J5, J6

    def exits(self) -> None:
        for stage in self.live():
            stay = self.open(stage)
            if stay is not None:
                self.exit(stage, stay)

    def exit(self, stage: Stage, stay: Stay) -> None:
        rule = self.definition(stage, stay).exit
        done = self.all_done(stage, stay)
        due = stay.entered_at + rule.days * DAY if rule.days is not None else None
        over = due is not None and self.now >= due
        if rule.mode == "AFTER_DAYS" and over:
            self.close(stay, due, "COMPLETED", "days")
        elif rule.mode == "ALL_OBJECTIVES" and done:
            self.close(stay, self.dated, "COMPLETED", "objectives")
        elif rule.mode == "ALL_OBJECTIVES_OR_AFTER_DAYS" and done:
            assert due is not None
            self.close(stay, min(self.dated, due), "COMPLETED", "objectives")
        elif rule.mode == "ALL_OBJECTIVES_OR_AFTER_DAYS" and over:
            self.close(stay, due, "EXITED" if self.counting(stage, stay) else "COMPLETED", "days")
        elif rule.mode == "CRITERIA":
            assert rule.criteria is not None
            if self.holds(rule.criteria):
                completed = done if rule.completed_when is None else self.holds(rule.completed_when)
                self.close(stay, self.dated, "COMPLETED" if completed else "EXITED", "criteria")

    def close(self, stay: Stay, at: int | None, outcome: StayOutcome, reason: str) -> None:
        assert at is not None
        self.put(stay, exited_at=max(at, stay.entered_at), outcome=outcome, reason=reason)

    # ------------------------------------------------------------ J4, J7

    def entries(self) -> None:
        for journey in sorted(self.journeys, key=lambda each: each.key):
            stages = [stage for stage in self.live() if stage.journey == journey.key]
            for stage in reversed(stages) if journey.exclusive else stages:
                if self.may_enter(journey, stage) and self.holds(stage.entry):
                    self.enter(journey, stage)

    def may_enter(self, journey: Journey, stage: Stage) -> bool:
        if self.open(stage) is not None or stage.key in self.entered:
            return False
        if journey.exclusive and any(
            self.open(each) is not None for each in journey.stages if each.position >= stage.position
        ):
            return False
        last = self.last(stage)
        if last is None:
            return True
        assert last.exited_at is not None
        if stage.reentry.mode == "AFTER_DAYS":
            assert stage.reentry.days is not None
            return last.entry_gone and self.now >= last.exited_at + stage.reentry.days * DAY
        return stage.reentry.mode == "ALWAYS" and last.entry_gone

    def enter(self, journey: Journey, stage: Stage) -> None:
        last = self.last(stage)
        at = self.dated
        if last is not None:
            assert last.exited_at is not None
            at = max(at, last.exited_at)
        for other in [each for each in journey.stages if journey.exclusive and each.status == "LIVE"]:
            stay = self.open(other)
            if stay is not None:
                self.close(stay, at, "COMPLETED" if self.all_done(other, stay) else "EXITED", "moved on")
        self.entered.add(stage.key)
        n = 1 + max((each.n for each in self.stays if each.stage == stage.key), default=0)
        self.stays.append(Stay(stage.key, n, stage.version, at, backfilled=stage.key in self.backfilled))

    def entries_gone(self) -> None:
        """J7: the criterion seen false since the exit."""
        for stage in self.live():
            last = self.last(stage)
            closed = last is not None and last.exited_at is not None
            if last is not None and closed and stage.reentry.mode != "NEVER" and not self.holds(stage.entry):
                self.put(last, entry_gone=True)

    # ------------------------------------------------------------ J1

    def late_evidence(self) -> None:
        if self.facts_at is None or self.stated_at is None:
            return
        for stage in self.live():
            last = self.last(stage)
            if last is None or last.exited_at is None or self.stated_at > last.exited_at:
                continue
            for objective in self.definition(stage, last).objectives:
                missed = objective.key in last.applicable and objective.key not in last.achieved
                if missed and not objective.manual and objective.criteria and self.holds(objective.criteria):
                    last = self.put(last, late_evidence=True)
