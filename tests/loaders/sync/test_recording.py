"""A ledger that does not answer ends no run, and the log says why an entry is missing."""

from __future__ import annotations

import pytest

from graph.sources.runs import Run, RunState
from loaders.sync import NoLedger
from loaders.sync.recording import recorded


class Slow(NoLedger):
    """A ledger that takes the first entry, and then none."""

    entries = 0

    async def save_run(self, run: Run) -> None:
        self.entries += 1
        if self.entries > 1:
            raise TimeoutError


async def test_an_entry_that_takes_too_long_is_logged_with_the_reason(caplog: pytest.LogCaptureFixture):
    run = Run("run_1", "crm", "files")
    async with recorded(run, Slow()):
        pass
    assert run.state is RunState.COMPLETE
    assert caplog.messages == [
        "run run_1 of source crm could not be written to the ledger: no answer within 10 s",
    ]
