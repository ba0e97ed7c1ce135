"""Checks that a name is free for a computed attribute."""

from __future__ import annotations

from graph.attributes.catalogue import Catalogue
from graph.attributes.names import RESERVED, normalise
from graph.errors import UserMistake, excerpt

__all__ = ["check_name"]

LONGEST = 200
"""The most characters of a name, as of names from sources: every node of the entity carries it."""


def check_name(entity: str, name: str, origin: str, catalogue: Catalogue) -> None:
    """Check that an attribute of this origin may have the name: neither the product nor another origin uses it.

    Raises UserMistake.
    """
    plain = normalise(name)
    if len(plain) > LONGEST or not plain or plain in RESERVED[entity]:
        problem = "has neither letter nor digit" if not plain else "is a name of ours"
        problem = f"is longer than {LONGEST} characters" if len(plain) > LONGEST else problem
        raise UserMistake("INVALID_NAME", f"{excerpt(name, 60)} {problem}; choose another", "name")
    known = catalogue.find(entity, plain)
    if known is not None and known.origin != origin:
        problem = f"the {entity} has an attribute {plain!r} already ({known.origin}); choose another name"
        raise UserMistake("NAME_TAKEN", problem, "name")
