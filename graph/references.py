"""Resolves references to organisations and people: an id, a domain or email, an identity, or a name."""

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
    """Return the id that a reference means; an old id of a merged node is good. With `by_id`, only an id is.

    Raises UserMistake about `field` where it means nobody, or several.
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
    """Return a reference as an identity's key, and as an email or domain, in their canonical forms (I6)."""
    named, colon, value = text.partition(":")
    return {"key": key_of(named, value) if colon else "", "tidied": tidy(_SHORT[kind], text)}
