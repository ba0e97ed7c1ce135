"""The order in which attributes are computed, and the attributes of people and memberships that come last.

A step computes in this order (J2):

- roll-ups of people and memberships, and attributes calculated from these alone,
- roll-ups and calculated attributes of organisations, and their stays,
- attributes of people and memberships that read those of organisations.

Organisations and stays may not read the last ones, whose values would be those of an earlier step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from graph.attributes.catalogue import COMPUTED, Catalogue, Definition
from graph.calculated.definition import Calculated, Name, calculated_attribute, read_or_none, reads, reads_of_others
from graph.criteria.tree import Attribute
from graph.errors import UserMistake

__all__ = ["computed_last", "refuse_computed_last"]


def computed_last(catalogue: Catalogue) -> dict[Name, Name]:
    """Return the attributes that are computed last, each with one attribute that it reads and that is the reason."""
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
    """An attribute that it reads and that is computed after members: of organisations, of others, or itself computed last."""
    others = read_or_none(reads_of_others, calculated, catalogue)
    for name in sorted(read_or_none(reads, calculated, catalogue)):
        known = catalogue.find(*name)
        if known is None or known.origin not in COMPUTED:
            continue
        if name in found or name in others or name[0] == "organisation":
            return name
    return None


def refuse_computed_last(attributes: Iterable[Attribute | Definition], field: str, catalogue: Catalogue) -> None:
    """Check that attributes of organisations and stages read nothing that is computed after them. Raises UserMistake."""
    known = computed_last(catalogue)
    for each in attributes:
        definition = each.definition if isinstance(each, Attribute) else each
        reason = known.get((definition.entity, definition.name))
        if reason is not None:
            raise computed_later((definition.entity, definition.name), reason, "it can't be read here", field)


def computed_later(name: Name, reason: Name, problem: str, field: str) -> UserMistake:
    """Return the mistake for an attribute that is computed last where it would be read before."""
    why = f"the {name[0]}'s {name[1]!r} reads the {reason[0]}'s {reason[1]!r} and so is worked out after organisations are"
    return UserMistake("WORKED_OUT_LATER", f"{why}; {problem}.", field)
