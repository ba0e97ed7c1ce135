"""Isolates a row that fails its commit group: halves are tried until it is alone, and the rest is committed (F9, F12)."""

import logging
from collections.abc import Awaitable, Callable, Sequence

import orjson

from graph.errors import EngineError, StatementError
from graph.facts import Rejection, Row
from graph.writer.results import RowResults
from graph.writer.stored import StoredValueBroken

log = logging.getLogger(__name__)

Attempt = Callable[[Sequence[Row], int], Awaitable[RowResults]]
"""Writes rows in one transaction. The number is the position of the first row in the commit group."""
Refuse = Callable[[Sequence[Row], RowResults, int], Awaitable[None]]
"""Keeps refused rows. The number is the same position."""
_VALUE_ERRORS = (StatementError, UnicodeError, OverflowError, orjson.JSONEncodeError)
"""Errors of the engine, the driver or JSON about a value that no graph can hold."""


async def write_or_halve(rows: Sequence[Row], attempt: Attempt, refuse: Refuse, first: int = 0) -> RowResults:
    """Write rows. A row that fails by its values or by stored ones is refused alone, and `refuse` keeps it.

    Raises errors that no row causes: the engine is away, or nothing can be written at all.
    """
    try:
        return await attempt(rows, first)
    except Exception as failure:
        if not rows or not _blames_a_row(failure):
            raise
        if len(rows) == 1:
            await attempt((), first)  # raises where nothing can be written: then the row is not to blame
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
    """Return False if the engine is away, busy or full: then a later attempt may succeed."""
    return isinstance(failure, StatementError) or not isinstance(failure, EngineError | OSError | MemoryError)


def _refusal(failure: Exception) -> Rejection:
    if isinstance(failure, StoredValueBroken):
        return Rejection(0, failure.code, str(failure), [])
    if isinstance(failure, _VALUE_ERRORS):
        message = "the graph engine could not store this row; check its values for what no graph holds, and `membergraph doctor`"
        return Rejection(0, "NOT_STORABLE", message, [])
    message = "the row does not fit what is stored of whom it names; it is kept, and can be replayed once `membergraph doctor` finds nothing"
    return Rejection(0, "NOT_APPLIED", message, [])
