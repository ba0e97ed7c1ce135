"""Whether a name is free for an attribute that is computed here."""

from __future__ import annotations

from graph.attributes.catalogue import Catalogue
from graph.attributes.names import RESERVED, normalise
from graph.errors import UserMistake, excerpt

__all__ = ["check_name"]

LONGEST = 200
"""Characters of a name, as of those that sources bring: everybody's node carries it."""


def check_name(entity: str, name: str, origin: str, catalogue: Catalogue) -> None:
    """See that an attribute of this origin may have the name: nothing of ours has it, and nothing of another origin.

    Raises UserMistake.
    """
    plain = normalise(name)
    if len(plain) > LONGEST or not plain or plain in RESERVED[entity]:
        said = "has neither letter nor digit" if not plain else "is a name of ours"
        said = f"is longer than {LONGEST} characters" if len(plain) > LONGEST else said
        raise UserMistake("INVALID_NAME", f"{excerpt(name, 60)} {said}; choose another", "name")
    known = catalogue.find(entity, plain)
    if known is not None and known.origin != origin:
        said = f"the {entity} has an attribute {plain!r} already ({known.origin}); choose another name"
        raise UserMistake("NAME_TAKEN", said, "name")
