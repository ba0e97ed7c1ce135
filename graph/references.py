"""What a text that names an organisation or a person means: an id, a domain or email, an identity, or a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import queries
from graph.errors import UserMistake
from graph.identity.canonical import key_of, tidy

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["ReferenceKind", "resolve_reference"]

ReferenceKind = Literal["organisation", "person"]
_FORMS = {
    "organisation": "an id, a domain, kind:value or a name",
    "person": "an id, an email, kind:value or a name",
}
_SHORT = {"organisation": "domain", "person": "email"}
_ID = 0


async def resolve_reference(graph: Graph, kind: ReferenceKind, text: str, field: str, *, by_id: bool = False) -> str:
    """The id that a text means, the old id of what was merged included; `by_id`: an id is the only thing it may be.

    Raises UserMistake about `field` where it is nobody's, or several one's.
    """
    found = await graph.query(queries.text(f"references/{kind}"), {"text": text, **_forms(kind, text)})
    surest = [row for row in found if row["rank"] == found[0]["rank"] and not (by_id and row["rank"] != _ID)]
    if not surest:
        hint = None if by_id else f"Give {_FORMS[kind]}."
        raise UserMistake("NOT_FOUND", f"There is no {kind} {text!r}.", field, hint=hint)
    if len(surest) > 1:
        ids = ", ".join(row["id"] for row in surest)
        raise UserMistake("AMBIGUOUS", f"{text!r} may be any of {ids}.", field, hint="Give the id.")
    return str(surest[0]["id"])


def _forms(kind: ReferenceKind, text: str) -> dict[str, str]:
    """The text as an identity's key, and as an email or a domain, in the form in which those are kept (I6)."""
    named, colon, value = text.partition(":")
    return {"key": key_of(named, value) if colon else "", "tidied": tidy(_SHORT[kind], text)}
