"""Whether a roll-up makes sense of an entity with these attributes, and what its value is then."""

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

_NUMBERS = frozenset({"integer", "float"})
_ORDERED = _NUMBERS | {"date", "datetime"}
_SCALARS = _ORDERED | {"boolean", "text"}
_OF_VALUES = frozenset({"MOST_FREQUENT", "UNIQUE_VALUES"})
_NEEDS_ATTRIBUTE = _OF_VALUES | {"SUM", "AVERAGE", "MIN", "MAX"}

# Over members these names are the membership's own (C3).
_MEMBERSHIPS_OWN = frozenset({"role", "roles", "since", "until", "primary", "stage", "origin"})


@dataclass(frozen=True)
class Target:
    """The attribute whose values are aggregated, and the node it stands on."""

    level: Level
    definition: Definition


def validate(roll_up: RollUp, entity: Entity, catalogue: Catalogue) -> None:
    """See that `roll_up` can be worked out for `entity`. Raises UserMistake, its `field` a field of `RollUpInput`."""
    _check_source(roll_up, entity)
    _check_aggregation(roll_up, target_of(roll_up, catalogue))
    _check_criterion("where", roll_up.where, "membership", catalogue)
    _check_criterion("eventWhere", roll_up.event_where, "event", catalogue)


def target_of(roll_up: RollUp, catalogue: Catalogue) -> Target | None:
    """The attribute that `roll_up` reads; None where it counts people or events themselves.

    Raises UserMistake with the nearest known name.
    """
    if roll_up.attribute is None:
        return None
    if roll_up.source == "EVENTS":
        return _found(roll_up.attribute, ("event",), catalogue)
    prefix, dot, rest = roll_up.attribute.partition(".")
    if dot and prefix in ("person", "membership"):
        return _found(rest, ("person",) if prefix == "person" else ("membership",), catalogue)
    own = roll_up.attribute in _MEMBERSHIPS_OWN
    return _found(roll_up.attribute, ("membership",) if own else ("person", "membership"), catalogue)


def result_type(roll_up: RollUp, catalogue: Catalogue) -> str:
    """The type of the value, as the catalogue names types."""
    if roll_up.aggregation in ("COUNT", "COUNT_DISTINCT", "ACTIVE_DAYS"):
        return "integer"
    if roll_up.aggregation == "AVERAGE":
        return "float"
    target = target_of(roll_up, catalogue)
    if target is None:
        return "datetime"
    kind = target.definition.type
    return f"{kind}s" if roll_up.aggregation == "UNIQUE_VALUES" else kind


def _check_source(roll_up: RollUp, entity: Entity) -> None:
    if roll_up.source == "EVENTS":
        if roll_up.end_days_ago and roll_up.window_days is None:
            raise UserMistake("INVALID_ROLL_UP", "endDaysAgo moves a window; it needs windowDays", "endDaysAgo")
        return
    if entity != "organisation":
        what = "a membership" if entity == "membership" else "a person"
        raise UserMistake("INVALID_ROLL_UP", f"{what} has no people to roll up; source must be EVENTS", "source")
    only_events = {
        "eventName": roll_up.event_name,
        "windowDays": roll_up.window_days,
        "endDaysAgo": roll_up.end_days_ago or None,
        "eventWhere": roll_up.event_where,
    }
    for field, value in only_events.items():
        if value is not None:
            raise UserMistake("INVALID_ROLL_UP", f"{field} is for source EVENTS only", field)
    if roll_up.aggregation == "ACTIVE_DAYS":
        raise UserMistake("INVALID_ROLL_UP", "ACTIVE_DAYS is for source EVENTS only", "aggregation")


def _check_aggregation(roll_up: RollUp, target: Target | None) -> None:
    name = roll_up.aggregation
    if target is None:
        first_or_last = name in ("FIRST", "LAST") and roll_up.source == "PEOPLE"
        if name in _NEEDS_ATTRIBUTE or first_or_last:
            what = "an event property" if roll_up.source == "EVENTS" else "a person's attribute"
            raise UserMistake("INVALID_ROLL_UP", f"{name} needs {what} in attribute", "attribute")
        return
    if name == "ACTIVE_DAYS":
        raise UserMistake("INVALID_ROLL_UP", "ACTIVE_DAYS counts days and takes no attribute", "attribute")
    allowed, wanted = _types_for(name)
    if allowed and target.definition.type not in allowed:
        said = f"{target.definition.name} of {target.level} is {target.definition.type}; {name} needs {wanted}"
        raise UserMistake("WRONG_TYPE", said, "attribute")


def _types_for(aggregation: str) -> tuple[frozenset[str], str]:
    if aggregation in ("SUM", "AVERAGE"):
        return _NUMBERS, "a number"
    if aggregation in ("MIN", "MAX"):
        return _ORDERED, "a number, a date or a datetime"
    if aggregation == "COUNT_DISTINCT" or aggregation in _OF_VALUES:
        return _SCALARS, "a single value, not a list"
    return frozenset(), ""


def _found(name: str, entities: tuple[Level, ...], catalogue: Catalogue) -> Target:
    for entity in entities:
        definition = catalogue.find(entity, name)
        if definition is not None:
            return Target(entity, definition)
    nearest = next((close for entity in entities if (close := catalogue.nearest(entity, name))), None)
    hint = f"did you mean {nearest!r}?" if nearest else None
    raise UserMistake("UNKNOWN_ATTRIBUTE", f"no attribute {name!r} of {' or '.join(entities)}.", "attribute", hint=hint)


def _check_criterion(
    field: str, text: str | None, subject: Literal["membership", "event"], catalogue: Catalogue
) -> None:
    if text is None:
        return
    try:
        parse(text, subject=subject, catalogue=catalogue)
    except CriteriaError as error:
        raise UserMistake("INVALID_CRITERION", str(error), field) from error
