"""Checks that a roll-up makes sense for an entity with these attributes, and finds the type of its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from graph.criteria import CriteriaError, parse
from graph.errors import UserMistake
from graph.rollups.rollup import Entity, RollUp

if TYPE_CHECKING:
    from graph.attributes.catalogue import Catalogue, Definition

__all__ = ["Target", "result_type", "target_of", "validate"]

Level = Literal["person", "membership", "event"]

# Over members these names are the membership's own (C3).
_MEMBERSHIP_NAMES = frozenset({"role", "roles", "since", "until", "primary", "stage", "origin"})


@dataclass(frozen=True)
class Target:
    """The attribute whose values are aggregated, and the kind of node that holds it."""

    level: Level
    definition: Definition


def validate(roll_up: RollUp, entity: Entity, catalogue: Catalogue) -> None:
    """Check that `roll_up` can be computed for `entity`. Raises UserMistake, whose `field` is a field of `RollUpInput`."""
    _check_source(roll_up, entity)
    _check_aggregation(roll_up, target_of(roll_up, catalogue))
    _check_criterion("where", roll_up.where, "membership", catalogue)
    _check_criterion("eventWhere", roll_up.event_where, "event", catalogue)


def target_of(roll_up: RollUp, catalogue: Catalogue) -> Target | None:
    """Return the attribute that `roll_up` reads; None where it counts people or events themselves.

    Raises UserMistake with the nearest known name.
    """
    if roll_up.attribute is None:
        return None
    if roll_up.source == "EVENTS":
        return _find(roll_up.attribute, ("event",), catalogue)
    prefix, dot, rest = roll_up.attribute.partition(".")
    if dot and prefix in ("person", "membership"):
        return _find(rest, ("person",) if prefix == "person" else ("membership",), catalogue)
    is_membership_name = roll_up.attribute in _MEMBERSHIP_NAMES
    return _find(roll_up.attribute, ("membership",) if is_membership_name else ("person", "membership"), catalogue)


def result_type(roll_up: RollUp, catalogue: Catalogue) -> str:
    """Return the type of the value, as the catalogue names types."""
    target = target_of(roll_up, catalogue)
    return roll_up.record.result_type("datetime" if target is None else target.definition.type)


def _check_source(roll_up: RollUp, entity: Entity) -> None:
    if roll_up.source == "EVENTS":
        if roll_up.end_days_ago and roll_up.window_days is None:
            raise UserMistake("INVALID_ROLL_UP", "endDaysAgo moves a window; it needs windowDays", "endDaysAgo")
        return
    if entity != "organisation":
        holder = "a membership" if entity == "membership" else "a person"
        raise UserMistake("INVALID_ROLL_UP", f"{holder} has no people to roll up; source must be EVENTS", "source")
    only_events = {
        "eventName": roll_up.event_name,
        "windowDays": roll_up.window_days,
        "endDaysAgo": roll_up.end_days_ago or None,
        "eventWhere": roll_up.event_where,
    }
    for field, value in only_events.items():
        if value is not None:
            raise UserMistake("INVALID_ROLL_UP", f"{field} is for source EVENTS only", field)
    if roll_up.record.accepts is None:
        raise UserMistake("INVALID_ROLL_UP", f"{roll_up.aggregation} is for source EVENTS only", "aggregation")


def _check_aggregation(roll_up: RollUp, target: Target | None) -> None:
    name, record = roll_up.aggregation, roll_up.record
    if target is None:
        without_attribute = record.event_form if roll_up.source == "EVENTS" else record.gives_people
        if without_attribute is None:
            kind = "an event property" if roll_up.source == "EVENTS" else "a person's attribute"
            raise UserMistake("INVALID_ROLL_UP", f"{name} needs {kind} in attribute", "attribute")
        return
    if record.accepts is None:
        raise UserMistake("INVALID_ROLL_UP", f"{name} takes no attribute", "attribute")
    found = target.definition
    if record.accepts.types is not None and found.type not in record.accepts.types:
        problem = f"{found.name} of {target.level} is {found.type}; {name} needs {record.accepts.text}"
        raise UserMistake("WRONG_TYPE", problem, "attribute")


def _find(name: str, levels: tuple[Level, ...], catalogue: Catalogue) -> Target:
    for level in levels:
        definition = catalogue.find(level, name)
        if definition is not None:
            return Target(level, definition)
    nearest = next((close for level in levels if (close := catalogue.nearest(level, name))), None)
    hint = f"did you mean {nearest!r}?" if nearest else None
    raise UserMistake("UNKNOWN_ATTRIBUTE", f"no attribute {name!r} of {' or '.join(levels)}.", "attribute", hint=hint)


def _check_criterion(
    field: str, text: str | None, subject: Literal["membership", "event"], catalogue: Catalogue
) -> None:
    if text is None:
        return
    try:
        parse(text, subject=subject, catalogue=catalogue)
    except CriteriaError as error:
        raise UserMistake("INVALID_CRITERION", str(error), field) from error
