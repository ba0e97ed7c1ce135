"""Keeps refused rows, each once and as it came (F9)."""

import json
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import orjson

from graph.facts import DEFAULT_SOURCE, Rejection, Row
from graph.facts.rejection import InvalidInput
from graph.facts.subjects import SILENT_CODES, identity_key
from graph.writer.graph_state import GraphState
from graph.writer.origins import NO_ORIGINS, Origins
from graph.writer.results import RowResults

_LONGEST = 1_000_000
_LONG = 1_000
NEVER_KEPT = frozenset(("ERASED", "CYCLE"))
"""Codes of rows that are not kept: an erased person's data must not stay, and a cycle is kept as a conflict."""


async def keep_rejected(
    state: GraphState, rows: Sequence[Row], results: RowResults, origins: Origins = NO_ORIGINS
) -> None:
    """Store the refusals that are not stored yet, each with the place that its row comes from."""
    found = {
        row["id"]: row
        for rejection in results.rejections
        if _is_kept(rejection)
        for row in (_row(rows, rejection, origins),)
    }
    if found:
        known = set(await state.fetch("rejected_known", {"ids": sorted(found)}))
        await state.run("create_rejected", [row for id, row in found.items() if id not in known], now=state.now)


def _is_kept(rejection: Rejection) -> bool:
    """Return whether a refusal is kept.

    It is not if its row must not stay, or lost only a placeholder, which SDKs send with every call.
    """
    return rejection.code not in NEVER_KEPT and (rejection.whole or rejection.code not in SILENT_CODES)


def _row(rows: Sequence[Row], rejection: Rejection, origins: Origins) -> dict[str, Any]:
    row = rows[rejection.index]
    origin, place = origins.row_origin(rejection.index)
    text = _json(row)
    named = isinstance(row, dict) and isinstance(row.get("source"), str)
    return {
        "id": "r_"
        + blake2b(f"{rejection.code}|{rejection.path}|{text}".encode(errors="replace"), digest_size=16).hexdigest(),
        "code": rejection.code,
        "message": storable(rejection.message)[:_LONG],
        "path": [storable(str(part))[:_LONG] for part in rejection.path],
        "source": storable(row["source"])[:_LONG] if named else (origin and origin.source) or DEFAULT_SOURCE,
        "stream": origin and origin.stream,
        "place": place and storable(place)[:_LONG],
        "row": text,
        "mentions": sorted(mentions(row)),
    }


def _json(row: Any) -> str:
    """Return a row as JSON, so that every row can be kept: other values as text, and large or strange rows cut."""
    # from the most faithful form to one that always works
    for write in (_plainly, _lossless_numbers, _as_text):
        try:
            text = write(row)
        except (TypeError, ValueError, RecursionError):
            continue
        if len(text) <= _LONGEST:
            return text
    return _as_text({name: value for name, value in row.items() if name not in ("attributes", "properties")})


def _plainly(row: Any) -> str:
    return orjson.dumps(row, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SORT_KEYS, default=repr).decode()


def _lossless_numbers(row: Any) -> str:
    return json.dumps(row, default=repr)


def _as_text(row: Any) -> str:
    try:
        text = storable(repr(row))
    except RecursionError:
        text = "(too deep to keep)"
    return orjson.dumps({"row": text[: _LONGEST // 6]}).decode()


def storable(text: str) -> str:
    """Return a text without halves of surrogate pairs and U+0000, which no engine stores."""
    return text.encode(errors="replace").decode().replace("\x00", "\ufffd")


def mentions(row: Any) -> set[str]:
    """Return the people's identities in a row, by which an erasure finds it."""
    if not isinstance(row, dict):
        return set()
    given: list[tuple[Any, Any]] = [("email", row.get("email")), ("user_id", row.get("formerUserId"))]
    person = row.get("person")
    listed = row.get("identities")
    for each in (*(listed if isinstance(listed, list) else ()), *([person] if isinstance(person, dict) else ())):
        if isinstance(each, dict):
            nested = each.get("identity")
            inner = nested if isinstance(nested, dict) else each
            given += [(inner.get("kind"), inner.get("value")), ("email", each.get("email"))]
    return {key for kind, value in given if (key := _key(kind, value)) is not None}


def _key(kind: Any, value: Any) -> str | None:
    try:
        return identity_key("person", kind, value, ())
    except InvalidInput:
        return None
