"""Requests that own Bolt leaves to the official driver, and the reasons for it."""

from enum import StrEnum


class Reason(StrEnum):
    """Why own Bolt could not handle a request; the values are names in the metrics."""

    CODEC = "codec"  # the driver's compiled codec is not installed or has changed
    VERSION = "version"  # the server speaks no version of Bolt that own Bolt knows
    CONNECT = "connect"  # no connection could be made or logged on
    PAUSED = "paused"  # a connection failed a moment ago, so none is tried
    POOL_FULL = "pool_full"  # every connection is in use
    LOST = "lost"  # the connection broke
    ENGINE_STOPPED = "engine_stopped"  # the embedded engine is being started again
    ENGINE_ERROR = "engine_error"  # the engine answered with an error; the driver's error says which
    VALUE = "value"  # a parameter or a result is of a type that own Bolt does not encode
    MALFORMED = "malformed"  # the answer follows no known form
    COMMIT_IN_DOUBT = "commit_in_doubt"  # an earlier COMMIT was not answered; the driver's attempt ends it first


class Unsupported(Exception):
    """This connection cannot handle the request; retry with the official driver.

    A retry is safe, because the request only reads or is idempotent (F2).
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        """Keep the reason and the detail for the log."""
        super().__init__(f"{reason}: {detail}" if detail else str(reason))
        self.reason = reason
        self.detail = detail


class RequestFailed(Unsupported):
    """The engine answered with an error, so the request has changed nothing."""

    def __init__(self, detail: str) -> None:
        """Keep code and message of the engine."""
        super().__init__(Reason.ENGINE_ERROR, detail)
