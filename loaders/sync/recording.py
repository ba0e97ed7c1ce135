"""Entries of a run in the ledger, from its beginning to its end, however it ends."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from graph.errors import MembergraphError
from graph.sources.runs import HEARTBEAT, Run, RunState
from loaders.sync.ledger import Ledger

log = logging.getLogger(__name__)

_LONGEST_SENTENCE = 2_000
_LAST_ENTRY = 10.0
"""Seconds that the last entry of a run may take."""


@asynccontextmanager
async def recorded(run: Run, ledger: Ledger) -> AsyncIterator[None]:
    """Record a run in the ledger while the body works, and its final state at the end."""
    await ledger.save_run(run)
    beating = asyncio.create_task(_beat(run, ledger))
    try:
        yield
        run.state = RunState.FAILED if any(stream.error for stream in run.streams) else RunState.COMPLETE
    except (asyncio.CancelledError, KeyboardInterrupt):
        run.state = RunState.INTERRUPTED
        raise
    except Exception as error:
        run.state, run.error = RunState.FAILED, in_words(error)
        raise
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating
        await _save(run, ledger)


async def _beat(run: Run, ledger: Ledger) -> None:
    while True:
        await asyncio.sleep(HEARTBEAT)
        await _save(run, ledger)


async def _save(run: Run, ledger: Ledger) -> None:
    """Store the present state of a run. A failure is logged alone, because the rows are committed nevertheless."""
    try:
        async with asyncio.timeout(_LAST_ENTRY):
            await ledger.save_run(run)
    except (MembergraphError, OSError) as error:
        reason = f"no answer within {_LAST_ENTRY:.0f} s" if isinstance(error, TimeoutError) else error
        log.warning("run %s of source %s could not be written to the ledger: %s", run.id, run.source, reason)


def in_words(error: BaseException) -> str:
    """Return the reason of a failure for people. Errors of ours have one. Any other is named by its type."""
    known = isinstance(error, MembergraphError)
    reason = str(error) if known else f"an unexpected fault, {type(error).__name__}: {error}"
    return reason.encode(errors="replace").decode()[:_LONGEST_SENTENCE]
