"""Names of attributes: as people write them, in the catalogue, and in the graph.

`Plan Tier` and `planTier` are one attribute, `plan_tier`. Some attributes have the name of one of our own properties.
The graph stores such an attribute with a trailing underscore (`role_`), and the catalogue still calls it `role`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from graph.schema.vocabulary import ENTITY_LABELS, properties_of, shared_names

__all__ = ["ENTITIES", "RESERVED", "normalise", "plain", "stored"]

ENTITIES = tuple(ENTITY_LABELS)

_HUMP = re.compile(r"(?<=[^\W_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_GAP = re.compile(r"[\W_]+")


def normalise(name: str) -> str:
    """Return the snake_case name of an attribute for any spelling; empty for one without letters and digits."""
    humped = _HUMP.sub("_", unicodedata.normalize("NFKC", name))
    folded = unicodedata.normalize("NFKC", humped.casefold())
    return _GAP.sub("_", folded).strip("_")


def _spellings(names: Iterable[str]) -> frozenset[str]:
    # Lower case too: an engine may read property names without regard to case.
    return frozenset(spelling for name in names for spelling in (normalise(name), name.lower()))


def _reserved(entity: str) -> frozenset[str]:
    return _spellings({each.name for each in properties_of(entity)}.difference(shared_names(entity)))


RESERVED: Mapping[str, frozenset[str]] = {entity: _reserved(entity) for entity in ENTITIES}
"""Names that no attribute of an entity can have in the graph, because one of our own properties has it."""


def stored(entity: str, name: str) -> str:
    """Return the property that holds the attribute `name` on a node of `entity`, for any spelling of the name."""
    plain_name = normalise(name)
    return plain_name + "_" if plain_name in RESERVED[entity] else plain_name


def plain(entity: str, property_name: str) -> str:
    """Return the attribute that a property holds; the inverse of `stored`."""
    bare = property_name.removesuffix("_")
    return bare if bare in RESERVED[entity] else property_name
