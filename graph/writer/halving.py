"""Commits what can be committed: where one row fails its commit group, halves are tried until it stands alone (F9, F12)."""

import logging
from collections.abc import Awaitable, Callable, Sequence

import orjson

from graph.errors import EngineError, StatementError
from graph.facts import Rejection, Row
from graph.writer.results import RowResults
from graph.writer.stored import StoredValueBroken

log = logging.getLogger(__name__)

Attempt = Callable[[Sequence[Row], int], Awaitable[RowResults]]
"""Writes rows in one transaction; the number is the place of the first of them in the commit group."""
Refuse = Callable[[Sequence[Row], RowResults, int], Awaitable[None]]
"""Keeps refused rows; the number is as above."""
_VALUE_ERRORS = (StatementError, UnicodeError, OverflowError, orjson.JSONEncodeError)
"""What a value that no graph holds makes the engine, the driver or JSON say."""


async def write_or_halve(rows: Sequence[Row], attempt: Attempt, refuse: Refuse, first: int = 0) -> RowResults:
    """Write rows; one that fails, by what it holds or by what is stored, is refused alone, and `refuse` keeps it.

    Raises what no row is to blame for: the engine is away, or nothing at all can be written.
    """
    try:
        return await attempt(rows, first)
    except Exception as failure:
        if not rows or not _blames_a_row(failure):
            raise
        if len(rows) == 1:
            await attempt((), first)
            place = failure.place if isinstance(failure, StoredValueBroken) else "unknown"
            log.exception("a row could not be written and is kept as rejected; broken: %s", place)
            results = RowResults(1)
            results.reject(_refusal(failure))
            await refuse(rows, results, first)
            return results
    half = len(rows) // 2
    results = RowResults(len(rows))
    for start, part in ((0, rows[:half]), (half, rows[half:])):
        results.put(start, await write_or_halve(part, attempt, refuse, first + start))
    return results


def _blames_a_row(failure: Exception) -> bool:
    """False for an engine that is away, busy or full: what is written then may be written later."""
    return isinstance(failure, StatementError) or not isinstance(failure, EngineError | OSError | MemoryError)


def _refusal(failure: Exception) -> Rejection:
    if isinstance(failure, StoredValueBroken):
        return Rejection(0, failure.code, str(failure), [])
    if isinstance(failure, _VALUE_ERRORS):
        message = "the graph engine could not store this row; check its values for what no graph holds, and `membergraph doctor`"
        return Rejection(0, "NOT_STORABLE", message, [])
    message = "the row does not fit what is stored of whom it names; it is kept, and can be replayed once `membergraph doctor` finds nothing"
    return Rejection(0, "NOT_APPLIED", message, [])
