"""Whose word a row is: a key's facts carry the key's own source, and naming another needs the scope `sources` (V1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from graph.errors import excerpt

if TYPE_CHECKING:
    from api.auth import Caller

__all__ = ["own", "with_refusals"]

_SCOPE = "sources"
_CODE = "SOURCE_NOT_ALLOWED"
Row = dict[str, Any]


def own(rows: Sequence[Any], who: Caller) -> tuple[list[Any], dict[int, Row]]:
    """Return the rows that a caller may tell, each with its source, and by their places the refusals of the others.

    What a caller may not say is refused and not kept: it is no fact that only waits for a fix (F9).
    """
    taken: list[Any] = []
    refused: dict[int, Row] = {}
    for index, row in enumerate(rows):
        if not isinstance(row, Mapping):
            taken.append(row)  # the writer says what is wrong with it
            continue
        source = row.get("source") or who.source
        if source != who.source and not who.allows(_SCOPE):
            refused[index] = _refusal(index, source, who)
        else:
            taken.append(row if source is None else {**row, "source": source})
    return taken, refused


def with_refusals(payload: Row, refused: Mapping[int, Row]) -> Row:
    """Return what became of the rows that were taken together with the refusals, by the places in which all rows came."""
    if not refused:
        return payload
    rows = len(payload["ids"]) + len(refused)
    places = [place for place in range(rows) if place not in refused]
    ids: list[Any] = [None] * rows
    for place, found in zip(places, payload["ids"], strict=True):
        ids[place] = found
    moved: Row = {
        name: [{**each, "index": places[each["index"]]} for each in payload[name]]
        for name in ("rejected", "warnings")
        if name in payload
    }
    rejected = sorted([*moved["rejected"], *refused.values()], key=lambda each: int(each["index"]))
    return {**payload, **moved, "rejected": rejected, "ids": ids}


def _refusal(index: int, source: Any, who: Caller) -> Row:
    message = (
        f"the key {who.name!r} may not name the source {excerpt(source, 60)}; leave `source` out, "
        f"or use a key with the scope `{_SCOPE}`"
    )
    return {"index": index, "code": _CODE, "message": message, "path": ["source"]}
