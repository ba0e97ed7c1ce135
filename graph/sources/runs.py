"""The ledger of runs: the counts of each run of a source, stored while it goes on, so that a killed run is seen."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from secrets import token_hex
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from graph.clock import Clock, epoch_ms
from graph.engine import Graph, Transaction
from graph.errors import UserMistake, excerpt
from queries import text

KEPT = 100
"""Runs that are kept of each source, the newest ones."""
HEARTBEAT = 5.0
"""Seconds between two entries of a running run."""
LOST_AFTER = 30_000
"""Milliseconds without an entry after which a run counts as interrupted, because its process is gone."""
SHOWN = 20_000_000
"""Characters of streams and cursors that one answer may hold."""
_OTHER_ID = "Give each run an id of its own, such as a UUID."

Name = Annotated[str, Meta(min_length=1, max_length=500)]
Sentence = Annotated[str, Meta(max_length=2_000)]
Count = Annotated[int, Meta(ge=0, le=2**62)]


class RunState(StrEnum):
    """The state of a run."""

    RUNNING = "RUNNING"
    COMPLETE = "COMPLETE"
    FAILED = "FAILED"
    INTERRUPTED = "INTERRUPTED"


class StreamRun(Struct):
    """Counts of one stream in one run, in records. `total`: the number of records that the stream has, where known."""

    name: Name
    read: Count = 0
    total: Count | None = None
    created: Count = 0
    updated: Count = 0
    unchanged: Count = 0
    refused: Count = 0
    error: Sentence | None = None
    """The reason why the stream stopped before its end."""


class Run(Struct):
    """One run of a source, as the syncing program reports it."""

    id: Name
    source: Name
    kind: Name
    state: RunState = RunState.RUNNING
    streams: Annotated[list[StreamRun], Meta(max_length=10_000)] = []
    error: Sentence | None = None


class RecordedRun(Struct, frozen=True):
    """One run as the ledger shows it. Instants are epoch milliseconds in UTC."""

    run: Run
    started: int
    ended: int | None


def new_run(source: str, kind: str) -> Run:
    """Return a new run with an id of its own."""
    return Run(f"run_{token_hex(16)}", source, kind)


async def save_run(graph: Graph, clock: Clock, run: Run) -> None:
    """Store the present state of a run. Remove the oldest runs of its source beyond `KEPT`.

    Raises UserMistake where a run of another source has its id.
    """
    parameters = {
        "id": run.id,
        "source": run.source,
        "kind": run.kind,
        "state": run.state.value,
        "streams": msgspec.json.encode(run.streams).decode(),
        "error": run.error,
        "now": epoch_ms(clock.now()),
    }

    async def work(tx: Transaction) -> bool:
        stored = await tx.rows(text("sources/save_run"), parameters)
        await tx.execute(text("sources/forget_runs"), {"source": run.source, "kept": KEPT})
        return bool(stored[0]["source"] == run.source)

    if not await graph.write(work):
        raise UserMistake(
            "RUN_OF_ANOTHER_SOURCE", f"another source has the run {excerpt(run.id)}", "id", hint=_OTHER_ID
        )


async def recorded_runs(graph: Graph, clock: Clock, source: str | None, first: int) -> dict[str, list[RecordedRun]]:
    """Return the newest runs of each source, or of one, at most `first` of each, newest first.

    Raises UserMistake where their streams have more characters than are `SHOWN`.
    """
    rows = await graph.query(text("sources/runs"), {"source": source, "first": first, "most": SHOWN})
    check_shown(rows, "runs")
    now = epoch_ms(clock.now())
    return {row["source"]: [_recorded(row["source"], *each, now=now) for each in row["runs"]] for row in rows}


def check_shown(rows: Sequence[Mapping[str, Any]], field: str) -> None:
    """Raise UserMistake for rows whose `characters` are more than one answer may hold. `field`: the argument to blame."""
    characters = rows[0]["characters"] if rows else 0
    if characters > SHOWN:
        message = f"these {field} hold {characters:,} characters; at most {SHOWN:,} are shown at once"
        raise UserMistake("TOO_COSTLY", message, field, hint="Name one source, or ask for fewer runs.")


def _recorded(
    source: str,
    id: str,
    kind: str,
    state: str,
    started: int,
    last_saved: int,
    ended: int | None,
    streams: str,
    error: str | None,
    *,
    now: int,
) -> RecordedRun:
    lost = state == RunState.RUNNING and now - last_saved > LOST_AFTER
    shown = RunState.INTERRUPTED if lost else RunState(state)
    return RecordedRun(
        Run(id, source, kind, shown, [*_read_streams(streams)], error), started, last_saved if lost else ended
    )


def _read_streams(stored: str) -> Sequence[StreamRun]:
    try:
        return msgspec.json.decode(stored, type=list[StreamRun])
    except msgspec.MsgspecError:
        return ()
