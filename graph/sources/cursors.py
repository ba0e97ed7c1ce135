"""Cursors of streams: each moves in the transaction that commits the page it stands behind (F10).

A run opens a stream, then numbers its pages from 1. Several pages may be in flight, and a later one may be committed first.
Its cursor then waits beside the stored one until the pages before it are committed. So a failed page holds back all later ones.
A run that opens the stream anew takes it over: pages of the run before write their facts and move nothing.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import orjson
from msgspec import Meta, Struct

from graph.engine import Graph, Transaction
from queries import text

_LONGEST_NAME = 500
_MOST_AHEAD = 100
"""Cursors that wait for the pages before theirs. Each is stored with the stream, so they cannot be many."""


class Move(Struct, frozen=True):
    """The move of a stream's cursor over one page of a run, whose first page is 1.

    `cursor` is JSON text. None leaves the cursor where it is, for a page that the stream cannot go on from.
    """

    source: str
    stream: str
    run: str
    page: Annotated[int, Meta(ge=1, le=2**53)]
    cursor: Annotated[str, Meta(max_length=100_000)] | None


class Standing(Struct, frozen=True):
    """The stored state of a stream: the run that reads it, its committed pages, its cursor, and cursors of later pages."""

    run: str | None = None
    page: int = 0
    cursor: str | None = None
    ahead: Mapping[str, str | None] = {}


def cursor_text(cursor: Any) -> str:
    """Return a cursor as it is stored. Raises ValueError for a value that is no JSON."""
    try:
        return orjson.dumps(cursor).decode()
    except orjson.JSONEncodeError as error:
        raise ValueError(f"a cursor has to be JSON: {error}") from error


def read_cursor(stored: str | None) -> Any:
    """Return the cursor of a stored text; None where a stream has none, or an unreadable one."""
    try:
        return orjson.loads(stored) if stored else None
    except orjson.JSONDecodeError:
        return None


def is_cursor(stored: str) -> bool:
    """Return whether a text is JSON, so that a stream can go on from it."""
    try:
        orjson.loads(stored)
    except orjson.JSONDecodeError:
        return False
    return True


def storable_name(name: str) -> str:
    """Return the name of a source or stream without characters that no engine stores, and not longer than a key may be."""
    return name.encode(errors="replace").decode().replace("\x00", "\ufffd")[:_LONGEST_NAME]


def key_of(source: str, stream: str) -> str:
    """Return the key under which a stream's cursor is stored."""
    return f"{source.replace('%', '%25').replace('|', '%7C')}|{stream}"


def advance(standing: Standing, move: Move) -> Standing:
    """Return the state of a stream after the commit of a page.

    A page too far ahead leaves no cursor. The pages from there on move nothing, and the next run reads them again.
    """
    if move.run != standing.run or move.page <= standing.page:
        return standing  # another run took the stream over, or the page was committed before and its answer was lost
    if move.page > standing.page + _MOST_AHEAD:
        return standing
    ahead = {**standing.ahead, str(move.page): move.cursor}
    page, cursor = standing.page, standing.cursor
    while str(page + 1) in ahead:
        page += 1
        reached = ahead.pop(str(page))
        cursor = cursor if reached is None else reached
    return Standing(standing.run, page, cursor, ahead)


async def open_stream(graph: Graph, source: str, stream: str, run: str) -> Any:
    """Give a stream to a run and return its cursor, None at its beginning."""
    parameters = {"key": key_of(source, stream), "source": source, "stream": stream, "run": run}

    async def work(tx: Transaction) -> Any:
        rows = await tx.rows(text("sources/open_stream"), parameters)
        return read_cursor(rows[0]["cursor"])

    return await graph.write(work)


async def move_cursors(tx: Transaction, moves: Iterable[Move], now: int) -> None:
    """Move the cursors behind the pages of this transaction. `now`: epoch milliseconds.

    The cursors stay locked until the commit, so this comes last in a transaction.
    """
    by_key: dict[str, list[Move]] = {}
    for move in moves:
        by_key.setdefault(key_of(move.source, move.stream), []).append(move)
    if not by_key:
        return
    found = (await tx.rows(text("sources/hold_cursors"), {"keys": sorted(by_key)}))[0]["cursors"]
    moved = [_moved(key, _standing(*stored), by_key[key]) for key, *stored in found]
    await tx.execute(text("sources/move_cursors"), {"rows": moved, "now": now})


def _standing(run: str | None, page: int | None, cursor: str | None, ahead: str | None) -> Standing:
    waiting = read_cursor(ahead)
    return Standing(run, page or 0, cursor, waiting if isinstance(waiting, dict) else {})


def _moved(key: str, standing: Standing, moves: Iterable[Move]) -> dict[str, Any]:
    for move in moves:
        standing = advance(standing, move)
    ahead = orjson.dumps(standing.ahead).decode()
    return {"key": key, "page": standing.page, "cursor": standing.cursor, "ahead": ahead}
