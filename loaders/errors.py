"""Errors of a load or a sync as a whole. A fault of one row is data: `Outcome.rejected`.

MembergraphError
└── LoadError
    ├── MappingError         a mapping that cannot be used
    ├── SourceError          a source that cannot be read further; another try may help
    │   └── FileUnreadable   a file that does not exist, is damaged, or is not what its name says
    └── ServiceError         a running service that does not take the rows
        └── TooLargeForService   a request of more bytes or rows than it takes
"""

from graph.errors import MembergraphError


class LoadError(MembergraphError):
    """A load or a sync cannot go on."""

    code = "LOAD_ERROR"


class MappingError(LoadError):
    """A mapping that cannot be used: where, what, and what would be right."""

    code = "BAD_MAPPING"


class SourceError(LoadError):
    """A stream of a source cannot be read further.

    The kernel tries a `retryable` one again, after `retry_after` seconds where the source names them. Any other ends the stream.
    """

    code = "SOURCE_ERROR"

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        code: str | None = None,
        retryable: bool = False,
        retry_after: float | None = None,
    ) -> None:
        """Keep whether and when another try may help."""
        super().__init__(message, hint=hint, code=code)
        self.retryable = retryable
        self.retry_after = retry_after


class FileUnreadable(SourceError):
    """A file that cannot be read, or not further."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        """Keep the code beside message and hint."""
        super().__init__(message, hint=hint, code=code)


class ServiceError(LoadError):
    """A running service refused the rows, or did not answer. `retryable` says whether another try may help."""

    code = "SERVICE_ERROR"

    def __init__(self, message: str, *, hint: str | None = None, retryable: bool = False) -> None:
        """Keep whether another try may help."""
        super().__init__(message, hint=hint)
        self.retryable = retryable


class TooLargeForService(ServiceError):
    """A request of more bytes or rows than a running service takes."""

    code = "TOO_LARGE"
