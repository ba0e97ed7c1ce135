"""Rows under a source that their caller may name."""

from __future__ import annotations

from typing import Any

from api.auth import Caller
from graph.errors import excerpt
from graph.facts import DEFAULT_SOURCE, Refused, unread_row
from graph.sources.cursors import storable_name

SCOPE = "sources"
_KIND = "row of another source"
"""The type of a row that holds one as it came, since its caller may not name its source."""
_CODE = "SOURCE_NOT_ALLOWED"


def sourced(row: dict[str, Any], who: Caller) -> dict[str, Any]:
    """Return the row with its caller's own source. Naming another needs the scope `sources`, else the row is refused and kept (V1).

    The source of a public key is marked, whatever the row says (V2).
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


def source_of(named: str | None, who: Caller) -> str:
    """Return the source under which a caller's cursors and runs are kept: the named one where they may name it, else their own."""
    own = who.source
    if own is None or (named and not who.public and who.allows(SCOPE)):
        return storable_name(named or own or DEFAULT_SOURCE)
    return own
