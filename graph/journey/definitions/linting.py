"""Advice on a stage at saving and at going live: what makes sense as a definition and yet will not do what is meant (J6).

Advice stops nothing. What it says of criteria is told from their words, so that it is never a false alarm; a criterion that
does not parse is left to `checking`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from graph.attributes.catalogue import Catalogue
from graph.criteria import CriteriaError, parse
from graph.criteria.contradiction import always, clash, implies, impossible
from graph.criteria.mentions import attributes
from graph.criteria.tree import And, Attribute, Clause, Did, HasValue, Quantified, Truth, children
from graph.journey.definitions.definition import Objective, Stage
from graph.journey.definitions.generated import generated_definitions, object_name

__all__ = ["Advice", "Around", "lint"]

_MOST_OBJECTIVES = 7


@dataclass(frozen=True)
class Advice:
    """A piece of advice: a stable code, what it says in words, and the field it is about (`objectives.<key>.criteria`)."""

    code: str
    message: str
    field: str


@dataclass(frozen=True)
class Around:
    """What stands around a stage: the attributes there are, the other stages, and what is counted where it is known.

    `holding` says of how many organisations an objective's criterion holds, and of how many it was asked; `left_exited` how
    many organisations' last stay in a stage was left without completion.
    """

    catalogue: Catalogue
    stages: tuple[Stage, ...] = ()
    holding: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    left_exited: Mapping[str, int] = field(default_factory=dict)


def lint(stage: Stage, around: Around) -> list[Advice]:
    """Every piece of advice on a stage, its entry first, then its exit, then its objectives."""
    linter = _Linter(stage, around)
    return [*linter.entry(), *linter.exit(), *linter.objectives()]


class _Linter:
    def __init__(self, stage: Stage, around: Around) -> None:
        self._stage = stage
        self._around = around
        own = [each for one in (*around.stages, stage) for each in generated_definitions(one)]
        self._catalogue = Catalogue((*around.catalogue.definitions, *own))
        self._entry = self._read(stage.entry)
        # What follows from an entry that cannot hold is not worth saying.
        self._entering = None if self._entry is None or impossible(self._entry) else self._entry

    # ------------------------------------------------------------ entry

    def entry(self) -> Iterator[Advice]:
        """An entry that nobody can match, and one that leaves people behind."""
        if self._entry is None:
            return
        parts = clash(self._entry)
        if parts is not None:
            yield Advice("ENTRY_IMPOSSIBLE", f"Nobody can ever enter: {_cannot(parts)}.", "entry")
            return
        others = {each.key: each for each in self._around.stages if each.key != self._stage.key}
        for other in others.values():
            if self._needs(self._entry, other):
                yield from self._chained(other)

    def _needs(self, entry: Clause, other: Stage) -> bool:
        """Whether entry takes completion of another stage, however it is written."""
        completion = self._attribute(f"last_completion_of_{object_name(other.key, 'stage')}")
        return completion is not None and implies(entry, HasValue("", completion))

    def _chained(self, other: Stage) -> Iterator[Advice]:
        name, rule = other.name, other.exit
        instead = f"last_left_{object_name(other.key, 'stage')} has any value"
        if self._stage.status == "LIVE" and other.status != "LIVE":
            said = f"Entry needs {name} to be completed, and {name} is {other.status}: it moves nobody."
            yield Advice("CHAIN_NOT_LIVE", said, "entry")
        if rule.behaviour.ends_by_hand_only:
            said = f"Entry needs {name} to be completed, and {name} is ongoing: nobody completes it except by hand."
            yield Advice("CHAIN_NEVER_COMPLETES", said, "entry")
        elif _can_be_left(other):
            behind = self._around.left_exited.get(other.key)
            counted = f" {behind} {_organisations(behind)} so far." if behind else ""
            said = (
                f"Entry needs {name} to be completed, and {name} can be left without completion: who leaves it so never"
                f" enters.{counted} To take in everyone who left it, write `{instead}`."
            )
            yield Advice("CHAIN_LEAVES_BEHIND", said, "entry")

    # ------------------------------------------------------------ exit

    def exit(self) -> Iterator[Advice]:
        """An exit that never happens, or at once; a completion that nobody reaches."""
        rule = self._stage.exit
        if rule.criteria is not None:
            yield from self._of_exit(rule.criteria)
        completed = self._read(rule.completed_when)
        if completed is not None and (parts := clash(completed)) is not None:
            said = f"Nobody ever completes {self._stage.name}: {_cannot(parts)}."
            yield Advice("COMPLETION_IMPOSSIBLE", said, "exit.completedWhen")
        if rule.behaviour.needs_objectives:
            for each in self._stage.objectives:
                if self._never(each):
                    said = f"The exit waits for every objective, and {each.name} can never be complete: nobody ever leaves."
                    yield Advice("EXIT_IMPOSSIBLE", said, "exit.mode")

    def _of_exit(self, text: str) -> Iterator[Advice]:
        written = self._read(text)
        if written is None:
            return
        inside = self._inside(written)
        if (parts := clash(written)) is not None:
            yield Advice("EXIT_IMPOSSIBLE", f"Nobody ever leaves: {_cannot(parts)}.", "exit.criteria")
        elif impossible(inside):
            said = "Nobody ever leaves: the exit holds only for who is not in the stage."
            yield Advice("EXIT_IMPOSSIBLE", said, "exit.criteria")
        elif always(written) or (self._entering is not None and implies(self._entering, written)):
            said = "Whoever enters leaves at once: the exit holds wherever the entry does."
            yield Advice("EXIT_AT_ONCE", said, "exit.criteria")

    def _inside(self, clause: Clause) -> Clause:
        """The clause, asked of who is in the stage."""
        member = self._attribute(f"currently_member_of_{object_name(self._stage.key, 'stage')}")
        return clause if member is None else And("", (clause, Truth("", member)))

    def _never(self, objective: Objective) -> bool:
        """Whether an objective that counts and applies to everyone can never be completed."""
        criteria = self._read(objective.criteria)
        return objective.counts and objective.applies_to is None and criteria is not None and impossible(criteria)

    # ------------------------------------------------------------ objectives

    def objectives(self) -> Iterator[Advice]:
        """Too many; and of each, whether it is possible, apt to tell anything, and one milestone."""
        counting = [each for each in self._stage.objectives if each.counts]
        if len(counting) > _MOST_OBJECTIVES:
            said = f"{len(counting)} objectives are many: four to seven milestones show best how a customer gets on."
            yield Advice("TOO_MANY_OBJECTIVES", said, "objectives")
        for each in self._stage.objectives:
            yield from self._of_objective(each)

    def _of_objective(self, objective: Objective) -> Iterator[Advice]:
        place = f"objectives.{objective.key}"
        applies, criteria = self._read(objective.applies_to), self._read(objective.criteria)
        if applies is not None and (parts := clash(applies)) is not None:
            yield Advice(
                "APPLIES_TO_NOBODY", f"{objective.name} applies to nobody: {_cannot(parts)}.", f"{place}.appliesTo"
            )
        if criteria is None:
            return
        if (parts := clash(criteria)) is not None:
            said = f"Nobody can ever complete {objective.name}: {_cannot(parts)}."
            yield Advice("OBJECTIVE_IMPOSSIBLE", said, f"{place}.criteria")
            return
        yield from self._too_easy(objective, criteria, f"{place}.criteria")
        if objective.counts and (things := _apart(criteria)):
            said = f"{objective.name} is several milestones in one ({' and '.join(things)}): split it, to see which is missing."
            yield Advice("COMPOUND_OBJECTIVE", said, f"{place}.criteria")

    def _too_easy(self, objective: Objective, criteria: Clause, place: str) -> Iterator[Advice]:
        holding, of = self._around.holding.get(objective.key, (0, 0))
        if always(criteria) or (self._entering is not None and implies(self._entering, criteria)):
            said = f"{objective.name} holds for everyone who enters: it is complete at entry and tells nothing."
            yield Advice("OBJECTIVE_TRUE_FOR_EVERYONE", said, place)
        elif of and holding == of:
            said = f"{objective.name} holds already for all {of} {_organisations(of)} it was asked of: it may tell nothing."
            yield Advice("OBJECTIVE_TRUE_FOR_EVERYONE", said, place)

    # ------------------------------------------------------------ reading

    def _read(self, text: str | None) -> Clause | None:
        if text is None:
            return None
        try:
            return parse(text, subject="organisation", catalogue=self._catalogue).root
        except CriteriaError:
            return None

    def _attribute(self, name: str) -> Attribute | None:
        found = self._catalogue.find("organisation", name)
        return None if found is None else Attribute("organisation", found)


def _can_be_left(stage: Stage) -> bool:
    """Whether its own rule can end a stay in the stage without completion (J6)."""
    return stage.exit.behaviour.may_leave_incomplete(counts_objectives=stage.counts_objectives)


def _cannot(parts: tuple[Clause, ...]) -> str:
    """Which clauses clash, as they are written."""
    if len(parts) == 1:
        return f"`{parts[0].text}` can never hold"
    return f"{' and '.join(f'`{each.text}`' for each in parts)} cannot hold together"


def _organisations(count: int) -> str:
    return "organisation" if count == 1 else "organisations"


def _apart(criteria: Clause) -> list[str]:
    """The parts of a conjunction that speak of different things, as they are written; none where all share one."""
    if not isinstance(criteria, And):
        return []
    spoken = [frozenset(_things(part)) for part in criteria.parts]
    apart = any(not one & other for one, other in itertools.combinations(spoken, 2))
    return [f"`{part.text}`" for part in criteria.parts] if apart else []


def _things(clause: Clause) -> Iterator[object]:
    """What a clause speaks of: attributes, events by name, others by what they are."""
    match clause:
        case Did():
            yield clause.event
        case Quantified():
            yield clause.to
        case _:
            yield from (each.definition for each in attributes(clause))
            for below in children(clause):
                yield from _things(below)
