"""The sources that callers may name in their rows (V1, V2)."""

from __future__ import annotations

from typing import Any

from api.auth import Caller
from graph.errors import excerpt
from graph.facts import DEFAULT_SOURCE, InvalidInput, unread_row
from graph.sources.cursors import storable_name

SCOPE = "sources"
_KIND = "row of another source"
"""The type of a rejected row that holds the original row, since the caller may not name its source."""
_CODE = "SOURCE_NOT_ALLOWED"


def set_source(row: dict[str, Any], caller: Caller) -> dict[str, Any]:
    """Return the row with a source: the one it names, else the caller's own.

    To name another source takes the scope `sources`; without it, a row for the writer to reject is returned (V1).
    Rows of a public key always get the key's own source (V2).
    """
    own = caller.source
    if own is None:
        return row
    source = own if caller.public else row.get("source") or own
    if source == own or caller.allows(SCOPE):
        return {**row, "source": source}
    message = (
        f"the key {caller.name!r} may not name the source {excerpt(source, 60)}; leave `source` out, "
        f"or use a key with the scope `{SCOPE}`"
    )
    return unread_row(_KIND, {"row": row}, InvalidInput(_CODE, message, ["source"]), own)


def source_of(named: str | None, caller: Caller) -> str:
    """Return the source of a caller's cursors and runs: the named one if they may name it, else their own (V1)."""
    own = caller.source
    if own is None or (named and not caller.public and caller.allows(SCOPE)):
        return storable_name(named or own or DEFAULT_SOURCE)
    return own
