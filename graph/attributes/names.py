"""How an attribute is called: as people write it, in the catalogue, and in the graph.

`Plan Tier` and `planTier` are one attribute, `plan_tier`. Where that is also one of our own property names of the
label, the graph stores it with a trailing underscore (`role_`), and the catalogue calls it `role` still.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

__all__ = ["ENTITIES", "RESERVED", "normalise", "plain", "stored"]

ENTITIES = ("person", "organisation", "membership", "event")

# `name`, `email` and `domain` of a person or organisation are ours and an attribute at once, so they are not here.
_OURS: Mapping[str, str] = {
    "person": "id firstSeenAt lastSeenAt words provenance shared uncounted mergedInto staleSince dueAt",
    "organisation": "id firstSeenAt lastSeenAt words provenance version staleSince touchedAt toldAt dueAt movesAt evaluatedAt uncounted mergedInto",
    "membership": "id role roles since until primary stage origin firstSeenAt lastSeenAt provenance uncounted staleSince",
    "event": "id name occurredAt receivedAt source via organisationVia attribution hash placeholderValues",
}

_HUMP = re.compile(r"(?<=[^\W_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_GAP = re.compile(r"[\W_]+")


def normalise(name: str) -> str:
    """The snake_case name of an attribute, whatever its spelling; empty where it has neither letter nor digit."""
    humped = _HUMP.sub("_", unicodedata.normalize("NFKC", name))
    folded = unicodedata.normalize("NFKC", humped.casefold())
    return _GAP.sub("_", folded).strip("_")


def _spellings(ours: str) -> frozenset[str]:
    # Lower case too: an engine may read property names without regard to case.
    return frozenset(spelling for name in ours.split() for spelling in (normalise(name), name.lower()))


RESERVED: Mapping[str, frozenset[str]] = {entity: _spellings(ours) for entity, ours in _OURS.items()}
"""Names that an attribute of each entity can't have in the graph, because a property of ours has it."""


def stored(entity: str, name: str) -> str:
    """The property that holds the attribute `name` on a node of `entity`, whatever the name's spelling."""
    plain_name = normalise(name)
    return plain_name + "_" if plain_name in RESERVED[entity] else plain_name


def plain(entity: str, stored: str) -> str:
    """The attribute that the property `stored` holds: the inverse of the function `stored`."""
    bare = stored.removesuffix("_")
    return bare if bare in RESERVED[entity] else stored
