"""Rows as their caller may tell them."""

from __future__ import annotations

from typing import Any

from api.auth import Caller
from graph.errors import excerpt
from graph.facts import Refused, unread_row

SCOPE = "sources"
_KIND = "row of another source"
"""The type of a row that holds one as it came, since its caller may not tell it."""
_CODE = "SOURCE_NOT_ALLOWED"


def with_source(row: dict[str, Any], who: Caller) -> dict[str, Any]:
    """The row with its caller's own source; naming another needs the scope `sources`, else the row is refused and kept (V1).

    What a public key tells is marked so, whatever it says of itself (V2).
    """
    own = who.source
    if own is None:
        return row
    source = own if who.public else row.get("source") or own
    if source == own or who.allows(SCOPE):
        return {**row, "source": source}
    message = (
        f"the key {who.name!r} may not name the source {excerpt(source, 60)}; leave `source` out, "
        f"or use a key with the scope `{SCOPE}`"
    )
    return unread_row(_KIND, {"row": row}, Refused(_CODE, message, ["source"]), own)
