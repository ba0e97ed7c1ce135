"""Classifies failures of the driver: how to recover, and which of our errors to raise."""

from __future__ import annotations

from enum import Enum

from neo4j import exceptions as driver

from graph.errors import (
    DatabaseMissing,
    EngineError,
    EngineFull,
    EngineReadOnly,
    EngineRefused,
    EngineTimeout,
    EngineUnavailable,
    StatementError,
)

_FULL = ("No space left", "disk is full", "not enough space", "DatabaseFull")
_READ_ONLY = ("ForbiddenOnReadOnlyDatabase", "WriteOnReadOnlyAccess", "AccessMode", "Security.Forbidden")
_NEARLY_FULL = 32 * 1024 * 1024
"""Free bytes at which a disk counts as full: a commit can need a few pages of every file it touches."""


class Recovery(Enum):
    """The next action after a failed attempt."""

    RETRY = "retry"  # a temporary conflict: retry after a short pause
    RECONNECT = "reconnect"  # the connection is lost: check that the engine runs, then retry
    RETRY_FOR_KEY = "retry for key"  # two writers created the same key: the next attempt finds it
    FAIL = "fail"  # a retry would fail in the same way


def recovery_for(failure: BaseException) -> Recovery:
    """Return what to do after an attempt that ended in `failure`.

    After a connection lost in COMMIT, the commit may have happened. A retry is safe because units of work are idempotent
    (F2). The driver alone would not retry.
    """
    if _is_full(failure):
        return Recovery.FAIL
    if isinstance(failure, driver.ConstraintError):
        return Recovery.RETRY_FOR_KEY
    if isinstance(failure, driver.IncompleteCommit | driver.ServiceUnavailable | driver.SessionExpired | OSError):
        return Recovery.FAIL if isinstance(failure, TimeoutError) else Recovery.RECONNECT
    if isinstance(failure, driver.Neo4jError | driver.DriverError) and failure.is_retryable():
        return Recovery.RETRY
    return Recovery.FAIL


def as_engine_error(failure: BaseException, *, free_bytes: int | None = None) -> EngineError:
    """Return our error for a failure of the driver.

    `free_bytes` is the free space on the embedded engine's disk. On a full disk the engine answers a commit with a
    `TransactionNotFound` that does not mention the disk.
    """
    if isinstance(failure, EngineError):
        return failure
    if _is_full(failure) or _hides_full(failure, free_bytes):
        return EngineFull(
            "The graph engine has no space left for its data.", hint="Free some disk space and try again."
        )
    if isinstance(failure, TimeoutError):
        return EngineTimeout("The graph engine did not answer in time.", hint="Ask for less at once, or try again.")
    if isinstance(failure, driver.Neo4jError):
        return _from_server(failure)
    return EngineUnavailable(f"The graph engine cannot be reached: {failure}")


def _from_server(failure: driver.Neo4jError) -> EngineError:
    code, message = failure.code or "", failure.message or str(failure)
    if "DatabaseNotFound" in code:
        return DatabaseMissing(message, hint="Check MEMBERGRAPH_NEO4J_DATABASE.")
    if isinstance(failure, driver.AuthError) and not isinstance(failure, driver.Forbidden):
        return EngineRefused(
            "The graph engine refuses the user or the password.",
            hint="Check MEMBERGRAPH_NEO4J_USER and MEMBERGRAPH_NEO4J_PASSWORD.",
        )
    if any(word in code for word in _READ_ONLY):
        return EngineReadOnly(f"Only reading is allowed here: {message}")
    if "TimedOut" in code or "Timeout" in code:
        return EngineTimeout(f"The statement ran longer than it may: {message}")
    return StatementError(message, engine_code=code)


def _is_full(failure: BaseException) -> bool:
    text = str(failure)
    return any(phrase in text for phrase in _FULL)


def _hides_full(failure: BaseException, free_bytes: int | None) -> bool:
    if free_bytes is None or free_bytes > _NEARLY_FULL or not isinstance(failure, driver.Neo4jError):
        return False
    return isinstance(failure, driver.DatabaseError) or "TransactionNotFound" in (failure.code or "")
