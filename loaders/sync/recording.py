"""A run in the ledger from its beginning to its end, however it ends."""

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
    """Keep a run in the ledger while the body works, and at its end say how it ended."""
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
    """Keep how a run stands. Its rows are committed whether or not this can be written."""
    try:
        async with asyncio.timeout(_LAST_ENTRY):
            await ledger.save_run(run)
    except (MembergraphError, OSError) as error:
        log.warning("run %s of source %s could not be written to the ledger: %s", run.id, run.source, error)


def in_words(error: BaseException) -> str:
    """Return why something failed, for people: an error of ours says it; of any other, its name and the log must do."""
    said = (
        str(error) if isinstance(error, MembergraphError) else f"an unexpected fault, {type(error).__name__}: {error}"
    )
    return said.encode(errors="replace").decode()[:_LONGEST_SENTENCE]
