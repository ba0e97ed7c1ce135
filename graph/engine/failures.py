"""What a failure of the driver means: try again, or which of our errors it is."""

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


class Verdict(Enum):
    """How a failed attempt goes on."""

    AGAIN = "again"  # a passing conflict: try again after a short pause
    RECONNECT = "reconnect"  # the connection is gone: see that the engine lives, then try again
    ONCE = "once"  # two writers made the same key: the second attempt finds it
    FAIL = "fail"  # trying again gives the same


def verdict(failure: BaseException) -> Verdict:
    """Return how an attempt that ended in `failure` goes on.

    A connection lost in COMMIT leaves open whether it took place. Units of work are idempotent (rule F2), so it is
    tried again, which the driver alone would not do.
    """
    if _is_full(failure):
        return Verdict.FAIL
    if isinstance(failure, driver.ConstraintError):
        return Verdict.ONCE
    if isinstance(failure, driver.IncompleteCommit | driver.ServiceUnavailable | driver.SessionExpired | OSError):
        return Verdict.FAIL if isinstance(failure, TimeoutError) else Verdict.RECONNECT
    if isinstance(failure, driver.Neo4jError | driver.DriverError) and failure.is_retryable():
        return Verdict.AGAIN
    return Verdict.FAIL


def explained(failure: BaseException, *, free_bytes: int | None = None) -> EngineError:
    """Return our error for a failure of the driver.

    `free_bytes` is what is left on the embedded engine's disk: when that is full the engine answers a commit with a
    `TransactionNotFound` that says nothing of it.
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
        return _server_said(failure)
    return EngineUnavailable(f"The graph engine cannot be reached: {failure}")


def _server_said(failure: driver.Neo4jError) -> EngineError:
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
    if free_bytes is None or free_bytes > _NEARLY_NOTHING or not isinstance(failure, driver.Neo4jError):
        return False
    return isinstance(failure, driver.DatabaseError) or "TransactionNotFound" in (failure.code or "")


_NEARLY_NOTHING = 32 * 1024 * 1024
"""Bytes: a commit can need a few pages of every file it touches."""
