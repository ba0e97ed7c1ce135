"""Journeys, stages and objectives as plain values, and the JSON form of a version (J4–J9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, assert_never

from graph.journey.definitions.exits import ExitRule
from graph.journey.definitions.reentry import ONCE, Reentry

__all__ = ["ExitRule", "Journey", "Objective", "ObjectiveKind", "Reentry", "Stage", "StageStatus"]

StageStatus = Literal["DRAFT", "LIVE", "PAUSED", "ARCHIVED"]
ObjectiveKind = Literal["OBJECTIVE", "MARKER"]


@dataclass(frozen=True)
class Objective:
    """A milestone within a stage (J8). `after` names the objectives that are expected before it."""

    key: str
    name: str
    kind: ObjectiveKind = "OBJECTIVE"
    criteria: str | None = None
    manual: bool = False
    applies_to: str | None = None
    after: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """True if it counts for completion of the stage. Markers never do."""
        match self.kind:
            case "OBJECTIVE":
                return True
            case "MARKER":
                return False
            case _:
                assert_never(self.kind)


@dataclass(frozen=True)
class Stage:
    """One version of a stage. Every change of a live stage makes a new version (J9)."""

    key: str
    journey: str
    name: str
    entry: str
    exit: ExitRule
    position: int = 0
    description: str | None = None
    status: StageStatus = "DRAFT"
    reentry: Reentry = ONCE
    version: int = 1
    objectives: tuple[Objective, ...] = ()

    @property
    def is_live(self) -> bool:
        """True if it moves organisations."""
        return self.status == "LIVE"

    @property
    def is_active(self) -> bool:
        """True if its occupants stay in it: it is live, or paused for now."""
        match self.status:
            case "LIVE" | "PAUSED":
                return True
            case "DRAFT" | "ARCHIVED":
                return False
            case _:
                assert_never(self.status)

    @property
    def criteria(self) -> tuple[str, ...]:
        """Every criterion that decides a stay: of entry and exit, then of the objectives."""
        texts = [self.entry, self.exit.criteria, self.exit.completed_when]
        texts += [text for each in self.objectives for text in (each.criteria, each.applies_to)]
        return tuple(text for text in texts if text is not None)

    @property
    def counts_objectives(self) -> bool:
        """True if it has an objective that counts for completion."""
        return any(each.counts for each in self.objectives)

    def objective(self, key: str) -> Objective | None:
        """Return the objective of that key; None if the stage has none."""
        return next((each for each in self.objectives if each.key == key), None)

    def for_stay(self, earlier: Stage) -> Stage:
        """Return the rules for a stay that began under `earlier`, a former version of this stage (J9).

        Such a stay keeps the rules and objectives it began with. Removed objectives no longer apply to it; added ones do.
        """
        kept_objectives = {each.key: each for each in earlier.objectives}
        return replace(earlier, objectives=tuple(kept_objectives.get(each.key, each) for each in self.objectives))

    def to_json(self) -> dict[str, Any]:
        """Return what a version keeps: everything that decides a stay, and the names shown with it."""
        return {
            "name": self.name,
            "entry": self.entry,
            "exit": vars(self.exit),
            "reentry": vars(self.reentry),
            "objectives": [{**vars(each), "after": list(each.after)} for each in self.objectives],
        }

    def from_version(self, version: int, definition: Mapping[str, Any]) -> Stage:
        """Return this stage as it was in a version, from the JSON of that version."""
        objectives = (Objective(**{**each, "after": tuple(each["after"])}) for each in definition["objectives"])
        return replace(
            self,
            version=version,
            name=definition["name"],
            entry=definition["entry"],
            exit=ExitRule(**definition["exit"]),
            reentry=Reentry(**definition["reentry"]),
            objectives=tuple(objectives),
        )


@dataclass(frozen=True)
class Journey:
    """Stages in their order. In an `exclusive` journey an organisation is in one stage at most, the latest that matches."""

    key: str
    name: str
    exclusive: bool = False
    stages: tuple[Stage, ...] = ()
