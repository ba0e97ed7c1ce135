"""What a text that names an organisation or a person means: an id, a domain or email, an identity, or a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import queries
from graph.errors import UserMistake

if TYPE_CHECKING:
    from graph.engine import Graph

__all__ = ["Referred", "referred"]

Referred = Literal["organisation", "person"]
_FORMS = {
    "organisation": "an id, a domain, kind:value or a name",
    "person": "an id, an email, kind:value or a name",
}
_ID = 0


async def referred(graph: Graph, kind: Referred, text: str, field: str, *, by_id: bool = False) -> str:
    """The id that a text means, the old id of what was merged included; `by_id`: an id is the only thing it may be.

    Raises UserMistake about `field` where it is nobody's, or several one's.
    """
    found = await graph.query(queries.text(f"references/{kind}"), {"text": text, "lower": text.lower()})
    surest = [row for row in found if row["rank"] == found[0]["rank"] and not (by_id and row["rank"] != _ID)]
    if not surest:
        hint = None if by_id else f"Give {_FORMS[kind]}."
        raise UserMistake("NOT_FOUND", f"There is no {kind} {text!r}.", field, hint=hint)
    if len(surest) > 1:
        ids = ", ".join(row["id"] for row in surest)
        raise UserMistake("AMBIGUOUS", f"{text!r} may be any of {ids}.", field, hint="Give the id.")
    return str(surest[0]["id"])
