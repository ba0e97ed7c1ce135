"""Journeys, stages and objectives as they are defined: plain values, and their JSON form (J4–J9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

__all__ = ["ExitMode", "ExitRule", "Journey", "Objective", "Reentry", "Stage", "StageStatus"]

StageStatus = Literal["DRAFT", "LIVE", "PAUSED", "ARCHIVED"]
ExitMode = Literal["AFTER_DAYS", "ALL_OBJECTIVES", "ALL_OBJECTIVES_OR_AFTER_DAYS", "CRITERIA", "ONGOING"]
ReentryMode = Literal["NEVER", "ALWAYS", "AFTER_DAYS"]
ObjectiveKind = Literal["OBJECTIVE", "MARKER"]


@dataclass(frozen=True)
class ExitRule:
    """When a stay ends (J5). `days` belongs to the modes by days, the criteria to CRITERIA alone."""

    mode: ExitMode
    days: int | None = None
    criteria: str | None = None
    completed_when: str | None = None


@dataclass(frozen=True)
class Reentry:
    """Whether a stage may be entered again, and for AFTER_DAYS how many days after the exit (J7)."""

    mode: ReentryMode = "NEVER"
    days: int | None = None


@dataclass(frozen=True)
class Objective:
    """Something to reach in a stage (J8). `after` names the objectives that are expected to come before it."""

    key: str
    name: str
    kind: ObjectiveKind = "OBJECTIVE"
    criteria: str | None = None
    manual: bool = False
    applies_to: str | None = None
    after: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it counts for the stage's completion: markers never do."""
        return self.kind == "OBJECTIVE"


@dataclass(frozen=True)
class Stage:
    """One stage of a journey in one version: every change of a live stage makes another (J9)."""

    key: str
    journey: str
    name: str
    entry: str
    exit: ExitRule
    position: int = 0
    description: str | None = None
    status: StageStatus = "DRAFT"
    reentry: Reentry = Reentry()
    version: int = 1
    objectives: tuple[Objective, ...] = ()

    @property
    def criteria(self) -> tuple[str, ...]:
        """Every criterion that decides a stay: of entry and exit, then of the objectives."""
        asked = [self.entry, self.exit.criteria, self.exit.completed_when]
        asked += [text for each in self.objectives for text in (each.criteria, each.applies_to)]
        return tuple(text for text in asked if text is not None)

    def objective(self, key: str) -> Objective | None:
        """The objective of that key; None if the stage has none."""
        return next((each for each in self.objectives if each.key == key), None)

    def for_stay(self, kept: Stage) -> Stage:
        """What holds for a stay that began under `kept`, an earlier version of this stage (J9).

        Rules and objectives are those it began with; objectives removed since no longer apply, those added since do.
        """
        known = {each.key: each for each in kept.objectives}
        return replace(kept, objectives=tuple(known.get(each.key, each) for each in self.objectives))

    def to_json(self) -> dict[str, Any]:
        """What a version remembers: everything that decides a stay, and the names it was shown with."""
        return {
            "name": self.name,
            "entry": self.entry,
            "exit": vars(self.exit),
            "reentry": vars(self.reentry),
            "objectives": [{**vars(each), "after": list(each.after)} for each in self.objectives],
        }

    def as_remembered(self, version: int, told: Mapping[str, Any]) -> Stage:
        """This stage as it was in a version, from that version's JSON."""
        objectives = (Objective(**{**each, "after": tuple(each["after"])}) for each in told["objectives"])
        return replace(
            self,
            version=version,
            name=told["name"],
            entry=told["entry"],
            exit=ExitRule(**told["exit"]),
            reentry=Reentry(**told["reentry"]),
            objectives=tuple(objectives),
        )


@dataclass(frozen=True)
class Journey:
    """An order of stages. `exclusive`: an organisation is in one of them at most, the latest that matches."""

    key: str
    name: str
    exclusive: bool = False
    stages: tuple[Stage, ...] = ()
