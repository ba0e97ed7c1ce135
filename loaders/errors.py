"""What can go wrong with a load as a whole; what is wrong with one row is data (`Outcome.rejected`).

MembergraphError
└── LoadError
    ├── FileUnreadable   a file that is not there, damaged, or not what its name says
    ├── MappingError     a mapping that cannot be used
    └── ServiceError     a running service that does not take the rows
        └── TooLargeForService   a request of more bytes or rows than it takes
"""

from graph.errors import MembergraphError


class LoadError(MembergraphError):
    """A load that cannot go on."""

    code = "LOAD_ERROR"


class FileUnreadable(LoadError):
    """A file that cannot be read, or not further."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        """Keep the code beside message and hint."""
        super().__init__(message, hint=hint, code=code)


class MappingError(LoadError):
    """A mapping that cannot be used: where, what, and what would be right."""

    code = "BAD_MAPPING"


class ServiceError(LoadError):
    """A running service refused the rows, or did not answer; `retryable` tells which."""

    code = "SERVICE_ERROR"

    def __init__(self, message: str, *, hint: str | None = None, retryable: bool = False) -> None:
        """Keep whether another try may help."""
        super().__init__(message, hint=hint)
        self.retryable = retryable


class TooLargeForService(ServiceError):
    """A request of more bytes or rows than a running service takes."""

    code = "TOO_LARGE"
