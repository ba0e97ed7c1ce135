"""Which calculated attributes of people and memberships are worked out after organisations' own, and so cannot be read by those.

In a step come first what events tell of people and memberships, what is calculated of these alone, what organisations
roll up, calculate and decide, and last what is calculated of people and memberships from that (J2). Stays are decided
in the middle: so that what decides them is never of an earlier step, they read nothing that comes after.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graph.attributes.catalogue import COMPUTED, Catalogue, Definition
from graph.calculated.definition import Calculated, Name, calculated_attribute, reads, reads_of_others, sensible
from graph.criteria.tree import Attribute
from graph.errors import UserMistake

__all__ = ["computed_last", "refuse_computed_last"]


def computed_last(catalogue: Catalogue) -> dict[Name, Name]:
    """Those worked out last, each with one attribute that it reads and that is the reason."""
    calculated = {
        (each.entity, each.name): calculated_attribute(each)
        for entity in ("person", "membership")
        for each in catalogue.attributes_of(entity)
        if each.origin == "calculated"
    }
    found: dict[Name, Name] = {}
    before = -1
    while len(found) > before:
        before = len(found)
        for name, each in calculated.items():
            reason = _reason(each, catalogue, found) if name not in found else None
            if reason is not None:
                found[name] = reason
    return found


def _reason(calculated: Calculated, catalogue: Catalogue, found: Mapping[Name, Name]) -> Name | None:
    """What it reads that may not be worked out yet: of organisations, of others behind a step, or late itself."""
    others = sensible(reads_of_others, calculated, catalogue)
    for name in sorted(sensible(reads, calculated, catalogue)):
        known = catalogue.find(*name)
        if known is None or known.origin not in COMPUTED:
            continue
        if name in found or name in others or name[0] == "organisation":
            return name
    return None


def refuse_computed_last(attributes: Iterable[Attribute | Definition], field: str, catalogue: Catalogue) -> None:
    """See that organisations' own attributes and stages read nothing that is worked out after them. Raises UserMistake."""
    known = computed_last(catalogue)
    for each in attributes:
        definition = each.definition if isinstance(each, Attribute) else each
        reason = known.get((definition.entity, definition.name))
        if reason is not None:
            raise computed_later((definition.entity, definition.name), reason, "it can't be read here", field)


def computed_later(name: Name, reason: Name, said: str, field: str) -> UserMistake:
    """What to say of a late attribute where an early one is needed."""
    why = f"the {name[0]}'s {name[1]!r} reads the {reason[0]}'s {reason[1]!r} and so is worked out after organisations are"
    return UserMistake("WORKED_OUT_LATER", f"{why}; {said}.", field)
