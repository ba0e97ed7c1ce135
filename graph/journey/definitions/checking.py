"""Checks of stages and objectives: mistakes are reported before anything is stored (C4, J5)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import replace

from graph.attributes.catalogue import Catalogue, Definition
from graph.calculated.computing_order import refuse_computed_last
from graph.calculated.definition import calculated_attribute, reads
from graph.criteria import CriteriaError, mentioned, parse
from graph.criteria.mentions import attributes
from graph.criteria.tree import clauses
from graph.errors import UserMistake
from graph.journey.definitions.definition import Objective, Stage, StageStatus
from graph.journey.definitions.generated import DefinitionKind, generated_definitions, generated_names

__all__ = [
    "check_journey",
    "check_objective",
    "check_stage",
    "check_status",
    "next_status",
    "no_such_objective",
    "no_such_stage",
    "refuse_circle",
]

_KEY = re.compile(r"[a-z][a-z0-9_]{0,99}")
_LONGEST = 36_500
_NEXT: dict[StageStatus, tuple[StageStatus, ...]] = {
    "DRAFT": ("LIVE", "ARCHIVED"),
    "LIVE": ("PAUSED", "ARCHIVED"),
    "PAUSED": ("LIVE", "ARCHIVED"),
    "ARCHIVED": (),
}


def check_journey(key: str, name: str | None) -> None:
    """Check that a journey can be saved. Raises UserMistake; `field` is a field of `JourneyInput`."""
    _check_key(key)
    if name is not None:
        _check_name(name)


def check_stage(stage: Stage, catalogue: Catalogue) -> None:
    """Check that a stage can be saved. Raises UserMistake; `field` is a field of `StageInput`."""
    _check_key(stage.key)
    _check_key(stage.journey, "journey")
    _check_name(stage.name)
    # Attributes that the stage itself generates are known here, so that a refusal gives the real reason.
    catalogue = Catalogue((*catalogue.definitions, *generated_definitions(stage)))
    rule, behaviour, reentry = stage.exit, stage.exit.behaviour, stage.reentry
    _check_days(rule.days, "exit.days", needed=behaviour.takes_days, mode=rule.mode)
    _check_days(reentry.days, "reentry.days", needed=reentry.takes_days, mode=reentry.mode)
    _check_criteria(stage.entry, "entry", catalogue)
    _refuse_circle(stage.entry, "entry", stage.key, "stage", catalogue)
    if behaviour.ends_by_criteria and rule.criteria is None:
        raise UserMistake("INVALID_EXIT", f"an exit by {rule.mode} needs `criteria`", "exit.criteria")
    for text, field in ((rule.criteria, "exit.criteria"), (rule.completed_when, "exit.completedWhen")):
        if text is not None and not behaviour.ends_by_criteria:
            raise UserMistake("INVALID_EXIT", f"an exit by {rule.mode} has no criteria", field)
        if text is not None:
            _check_criteria(text, field, catalogue)
    if stage.is_live:
        check_status(stage, "LIVE")


def check_objective(stage: Stage, objective: Objective, others: Iterable[Stage], catalogue: Catalogue) -> None:
    """Check that an objective can be saved in a stage. Raises UserMistake; `field` is a field of `ObjectiveInput`."""
    _check_key(objective.key)
    _check_name(objective.name)
    for other in others:
        if other.key != stage.key and other.objective(objective.key):
            message = f"stage {other.key!r} has an objective {objective.key!r}; keys are unique over all stages"
            raise UserMistake("KEY_TAKEN", message, "key")
    if objective.manual == (objective.criteria is not None):
        message = (
            "a manual objective is ticked by people; it has no criteria"
            if objective.manual
            else "an objective needs criteria, or is manual"
        )
        raise UserMistake("INVALID_OBJECTIVE", message, "criteria")
    own = generated_definitions(replace(stage, objectives=(*stage.objectives, objective)))
    catalogue = Catalogue((*catalogue.definitions, *own))
    for text, field in ((objective.criteria, "criteria"), (objective.applies_to, "appliesTo")):
        if text is not None:
            _check_criteria(text, field, catalogue)
            _refuse_circle(text, field, objective.key, "objective", catalogue)
    for key in objective.after:
        if stage.objective(key) is None or key == objective.key:
            known = ", ".join(each.key for each in stage.objectives if each.key != objective.key) or "none yet"
            raise UserMistake(
                "NOT_FOUND", f"stage {stage.key!r} has no other objective {key!r}; it has: {known}", "after"
            )


def check_status(stage: Stage, status: StageStatus) -> None:
    """Check that a stage can take a status. Raises UserMistake."""
    if status == "LIVE" and stage.exit.behaviour.needs_objectives and not stage.counts_objectives:
        message = f"stage {stage.key!r} ends when all objectives are complete, and has none: nobody would ever leave it"
        raise UserMistake("NO_OBJECTIVES", message, "status", hint="Save an objective, or choose another exit.")


def next_status(stage: Stage, status: StageStatus) -> None:
    """Check that a stage may change from its status to another. Raises UserMistake."""
    if status == stage.status or status in _NEXT[stage.status]:
        return
    allowed = ", ".join(_NEXT[stage.status])
    hint = f"From {stage.status} it can go to {allowed}." if allowed else "Save it under another key to use it again."
    raise UserMistake(
        "INVALID_STATUS", f"stage {stage.key!r} is {stage.status} and can't be {status}.", "status", hint=hint
    )


def no_such_stage(key: str, known: Iterable[str]) -> UserMistake:
    """Return the mistake for a stage that does not exist."""
    return _missing("stage", key, known)


def no_such_objective(key: str, known: Iterable[str]) -> UserMistake:
    """Return the mistake for an objective that does not exist."""
    return _missing("objective", key, known)


def _missing(kind: str, key: str, known: Iterable[str]) -> UserMistake:
    names = sorted(known)
    close = difflib.get_close_matches(key, names, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else f"There are: {', '.join(names)}." if names else None
    return UserMistake("NOT_FOUND", f"There is no {kind} {key!r}.", kind, hint=hint)


def _check_key(key: str, field: str = "key") -> None:
    if not _KEY.fullmatch(key):
        message = f"a key is lower-case letters, digits and underscores, beginning with a letter; {key!r} is not"
        raise UserMistake("INVALID_KEY", message, field, hint="Such as onboarding or first_project.")


def _check_name(name: str) -> None:
    if not name.strip():
        raise UserMistake("INVALID_NAME", "the name is empty", "name")


def _check_days(days: int | None, field: str, *, needed: bool, mode: str) -> None:
    if not needed:
        if days is not None:
            raise UserMistake("INVALID_DAYS", f"{mode} takes no days", field)
    elif days is None or not 1 <= days <= _LONGEST:
        found = "none" if days is None else str(days)
        raise UserMistake(
            "INVALID_DAYS", f"{mode} needs days, a whole number from 1 to {_LONGEST}; found {found}", field
        )


def _check_criteria(text: str, field: str, catalogue: Catalogue) -> None:
    try:
        criterion = parse(text, subject="organisation", catalogue=catalogue)
    except CriteriaError as error:
        error.field = field
        raise
    refuse_computed_last(mentioned(criterion.root), field, catalogue)


def _refuse_circle(text: str, field: str, key: str, kind: DefinitionKind, catalogue: Catalogue) -> None:
    """Refuse criteria that read what their own stage or objective generates, also by way of calculated attributes."""
    for path in _circles(text, key, kind, catalogue):
        detour = "".join(f", which {each.name!r} reads" for each in reversed(path[:-1]))
        message = (
            f"{path[-1].name!r}{detour and detour + ','} is what this {kind} itself says: it would depend on itself"
        )
        raise UserMistake("DEPENDS_ON_ITSELF", message, field)


def refuse_circle(stage: Stage, calculated: Definition, field: str, catalogue: Catalogue) -> None:
    """Check that no stage or objective reads what it generates itself by way of a calculated attribute. Raises UserMistake."""
    texts: list[tuple[str, str | None, DefinitionKind]] = [(stage.key, stage.entry, "stage")]
    for each in stage.objectives:
        texts += [(each.key, each.criteria, "objective"), (each.key, each.applies_to, "objective")]
    for key, text, kind in texts:
        try:
            circles = list(_circles(text, key, kind, catalogue)) if text is not None else []
        except CriteriaError:  # It no longer parses, and reads nothing.
            continue
        for path in circles:
            if calculated in path:
                read = f"{path[-1].name!r} is what {kind} {key!r} says, and that {kind} reads {path[0].name!r}"
                raise UserMistake("DEPENDS_ON_ITSELF", f"{read}: it would depend on itself", field)


def _circles(text: str, key: str, kind: DefinitionKind, catalogue: Catalogue) -> Iterable[tuple[Definition, ...]]:
    """The paths from attributes in criteria to those that their own stage or objective generates. Raises CriteriaError."""
    own = set(vars(generated_names(key, kind)).values())
    root = parse(text, subject="organisation", catalogue=catalogue).root
    for clause in clauses(root):
        for each in attributes(clause):
            for path in _reads(each.definition, catalogue, ()):
                if path[-1].entity == "organisation" and path[-1].property in own:
                    yield path


def _reads(
    definition: Definition, catalogue: Catalogue, before: tuple[Definition, ...]
) -> Iterable[tuple[Definition, ...]]:
    """The paths from an attribute to those behind it, itself included. Calculated attributes never read in a circle."""
    path = (*before, definition)
    yield path
    if definition.formula is None and definition.score is None:
        return
    try:
        named = reads(calculated_attribute(definition), catalogue)
    except CriteriaError:  # It no longer parses, and reads nothing.
        return
    for entity, name in sorted(named):
        behind = catalogue.find(entity, name)
        if behind is not None and behind not in path:
            yield from _reads(behind, catalogue, path)
