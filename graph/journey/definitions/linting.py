"""Advice on a stage at saving and at going live: valid definitions that will not do what is meant (J6).

Advice stops nothing. Advice on criteria follows from their text alone, so it is never a false alarm. A criterion that does
not parse is left to `checking`.
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

__all__ = ["Advice", "LintContext", "lint"]

_MOST_OBJECTIVES = 7


@dataclass(frozen=True)
class Advice:
    """A piece of advice: a stable code, a message, and the field it is about (`objectives.<key>.criteria`)."""

    code: str
    message: str
    field: str


@dataclass(frozen=True)
class LintContext:
    """The context of a stage: the catalogue, the other stages, and counts where they are known.

    `holding` has for each objective how many organisations match its criterion, and how many there are. `left_exited` has
    for each stage how many organisations' last stay there ended without completion.
    """

    catalogue: Catalogue
    stages: tuple[Stage, ...] = ()
    holding: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    left_exited: Mapping[str, int] = field(default_factory=dict)


def lint(stage: Stage, context: LintContext) -> list[Advice]:
    """Return the advice on a stage: on its entry first, then on its exit, then on its objectives."""
    linter = _Linter(stage, context)
    return [*linter.entry(), *linter.exit(), *linter.objectives()]


class _Linter:
    def __init__(self, stage: Stage, context: LintContext) -> None:
        self._stage = stage
        self._context = context
        own = [each for one in (*context.stages, stage) for each in generated_definitions(one)]
        self._catalogue = Catalogue((*context.catalogue.definitions, *own))
        self._entry = self._read(stage.entry)
        # Advice that follows from an impossible entry is not worth giving.
        self._entering = None if self._entry is None or impossible(self._entry) else self._entry

    # ------------------------------------------------------------ entry

    def entry(self) -> Iterator[Advice]:
        """Advice on an entry that nobody can match, and on one that leaves organisations behind."""
        if self._entry is None:
            return
        parts = clash(self._entry)
        if parts is not None:
            yield Advice("ENTRY_IMPOSSIBLE", f"Nobody can ever enter: {_cannot(parts)}.", "entry")
            return
        others = {each.key: each for each in self._context.stages if each.key != self._stage.key}
        for other in others.values():
            if self._needs(self._entry, other):
                yield from self._chain_advice(other)

    def _needs(self, entry: Clause, other: Stage) -> bool:
        """Return whether the entry requires completion of another stage, however it is written."""
        completion = self._attribute(f"last_completion_of_{object_name(other.key, 'stage')}")
        return completion is not None and implies(entry, HasValue("", completion))

    def _chain_advice(self, other: Stage) -> Iterator[Advice]:
        name, rule = other.name, other.exit
        instead = f"last_left_{object_name(other.key, 'stage')} has any value"
        if self._stage.is_live and not other.is_live:
            message = f"Entry needs {name} to be completed, and {name} is {other.status}: it moves nobody."
            yield Advice("CHAIN_NOT_LIVE", message, "entry")
        if rule.behaviour.ends_by_hand_only:
            message = f"Entry needs {name} to be completed, and {name} is ongoing: nobody completes it except by hand."
            yield Advice("CHAIN_NEVER_COMPLETES", message, "entry")
        elif _can_be_left(other):
            behind = self._context.left_exited.get(other.key)
            counted = f" {behind} {_organisations(behind)} so far." if behind else ""
            message = (
                f"Entry needs {name} to be completed, and {name} can be left without completion: who leaves it so never"
                f" enters.{counted} To take in everyone who left it, write `{instead}`."
            )
            yield Advice("CHAIN_LEAVES_BEHIND", message, "entry")

    # ------------------------------------------------------------ exit

    def exit(self) -> Iterator[Advice]:
        """Advice on an exit that never happens or happens at once, and on a completion that nobody reaches."""
        rule = self._stage.exit
        if rule.criteria is not None:
            yield from self._exit_advice(rule.criteria)
        completed = self._read(rule.completed_when)
        if completed is not None and (parts := clash(completed)) is not None:
            message = f"Nobody ever completes {self._stage.name}: {_cannot(parts)}."
            yield Advice("COMPLETION_IMPOSSIBLE", message, "exit.completedWhen")
        if rule.behaviour.needs_objectives:
            for each in self._stage.objectives:
                if self._never(each):
                    message = f"The exit waits for every objective, and {each.name} can never be complete: nobody ever leaves."
                    yield Advice("EXIT_IMPOSSIBLE", message, "exit.mode")

    def _exit_advice(self, text: str) -> Iterator[Advice]:
        written = self._read(text)
        if written is None:
            return
        inside = self._inside(written)
        if (parts := clash(written)) is not None:
            yield Advice("EXIT_IMPOSSIBLE", f"Nobody ever leaves: {_cannot(parts)}.", "exit.criteria")
        elif impossible(inside):
            message = "Nobody ever leaves: the exit holds only for who is not in the stage."
            yield Advice("EXIT_IMPOSSIBLE", message, "exit.criteria")
        elif always(written) or (self._entering is not None and implies(self._entering, written)):
            message = "Whoever enters leaves at once: the exit holds wherever the entry does."
            yield Advice("EXIT_AT_ONCE", message, "exit.criteria")

    def _inside(self, clause: Clause) -> Clause:
        """Return the clause for occupants of the stage."""
        member = self._attribute(f"currently_member_of_{object_name(self._stage.key, 'stage')}")
        return clause if member is None else And("", (clause, Truth("", member)))

    def _never(self, objective: Objective) -> bool:
        """Return whether an objective that counts and applies to everyone can never be completed."""
        criteria = self._read(objective.criteria)
        return objective.counts and objective.applies_to is None and criteria is not None and impossible(criteria)

    # ------------------------------------------------------------ objectives

    def objectives(self) -> Iterator[Advice]:
        """Advice on too many objectives, and on objectives that are impossible, too easy, or several in one."""
        counting = [each for each in self._stage.objectives if each.counts]
        if len(counting) > _MOST_OBJECTIVES:
            message = f"{len(counting)} objectives are many: four to seven milestones show best how a customer gets on."
            yield Advice("TOO_MANY_OBJECTIVES", message, "objectives")
        for each in self._stage.objectives:
            yield from self._objective_advice(each)

    def _objective_advice(self, objective: Objective) -> Iterator[Advice]:
        field = f"objectives.{objective.key}"
        applies, criteria = self._read(objective.applies_to), self._read(objective.criteria)
        if applies is not None and (parts := clash(applies)) is not None:
            yield Advice(
                "APPLIES_TO_NOBODY", f"{objective.name} applies to nobody: {_cannot(parts)}.", f"{field}.appliesTo"
            )
        if criteria is None:
            return
        if (parts := clash(criteria)) is not None:
            message = f"Nobody can ever complete {objective.name}: {_cannot(parts)}."
            yield Advice("OBJECTIVE_IMPOSSIBLE", message, f"{field}.criteria")
            return
        yield from self._ease_advice(objective, criteria, f"{field}.criteria")
        if objective.counts and (unrelated := _unrelated_parts(criteria)):
            message = f"{objective.name} is several milestones in one ({' and '.join(unrelated)}): split it, to see which is missing."
            yield Advice("COMPOUND_OBJECTIVE", message, f"{field}.criteria")

    def _ease_advice(self, objective: Objective, criteria: Clause, field: str) -> Iterator[Advice]:
        matching, every = self._context.holding.get(objective.key, (0, 0))
        if always(criteria) or (self._entering is not None and implies(self._entering, criteria)):
            message = f"{objective.name} holds for everyone who enters: it is complete at entry and tells nothing."
            yield Advice("OBJECTIVE_TRUE_FOR_EVERYONE", message, field)
        elif every and matching == every:
            message = f"{objective.name} holds already for all {every} {_organisations(every)} it was asked of: it may tell nothing."
            yield Advice("OBJECTIVE_TRUE_FOR_EVERYONE", message, field)

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
    """Return whether the stage's own rule can end a stay without completion (J6)."""
    return stage.exit.behaviour.may_leave_incomplete(counts_objectives=stage.counts_objectives)


def _cannot(parts: tuple[Clause, ...]) -> str:
    """Return the clashing clauses as they are written."""
    if len(parts) == 1:
        return f"`{parts[0].text}` can never hold"
    return f"{' and '.join(f'`{each.text}`' for each in parts)} cannot hold together"


def _organisations(count: int) -> str:
    return "organisation" if count == 1 else "organisations"


def _unrelated_parts(criteria: Clause) -> list[str]:
    """Return the parts of a conjunction about different subjects, as they are written; none if all share one."""
    if not isinstance(criteria, And):
        return []
    subjects = [frozenset(_subjects(part)) for part in criteria.parts]
    are_unrelated = any(not one & other for one, other in itertools.combinations(subjects, 2))
    return [f"`{part.text}`" for part in criteria.parts] if are_unrelated else []


def _subjects(clause: Clause) -> Iterator[object]:
    """The subjects of a clause: attributes, events by name, other organisations and members by their relation."""
    match clause:
        case Did():
            yield clause.event
        case Quantified():
            yield clause.to
        case _:
            yield from (each.definition for each in attributes(clause))
            for below in children(clause):
                yield from _subjects(below)
