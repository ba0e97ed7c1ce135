"""Every error that Membergraph raises on purpose.

MembergraphError
├── UserMistake            what a person can correct: a value, a name, an identity
├── EngineError            the graph engine could not do what it was asked
│   ├── EngineUnavailable  nothing answers at the address, or the embedded engine does not start
│   ├── EngineRefused      the credentials are wrong
│   ├── EngineTooOld       the server is not a Neo4j that we support
│   ├── EngineTimeout      no answer within the time allowed
│   ├── EngineFull         no space left where the engine keeps its data
│   ├── EngineReadOnly     the database takes no writes
│   ├── DatabaseMissing    the server has no database of that name
│   ├── DataDirectoryInUse another process owns the data directory
│   └── StatementError     the engine refused a statement
└── SchemaError
    └── GraphTooNew        the graph was written by a newer Membergraph
"""

from __future__ import annotations


class MembergraphError(Exception):
    """An error with a stable `code`, a `message` for people and, where one helps, a `hint` what to do."""

    code: str = "INTERNAL"

    def __init__(self, message: str, *, hint: str | None = None, code: str | None = None) -> None:
        """Keep the message, the hint, and a code where the class's own is not exact enough."""
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        """Return message and hint as one text."""
        if not self.hint:
            return self.message
        ended = self.message.endswith((".", "?", "!", ":"))
        joint = "" if ended else ";" if self.hint[0].islower() else "."
        return f"{self.message}{joint} {self.hint}"


class UserMistake(MembergraphError):
    """Something a person can correct; `field` names where it stands."""

    code = "INVALID"

    def __init__(self, code: str, message: str, field: str | None = None, *, hint: str | None = None) -> None:
        """Keep a code of the API's contract, the message and the field."""
        super().__init__(message, hint=hint, code=code)
        self.field = field


class EngineError(MembergraphError):
    """The graph engine could not do what it was asked."""

    code = "ENGINE_ERROR"


class EngineUnavailable(EngineError):
    """Nothing answers at the address, or the embedded engine does not start."""

    code = "ENGINE_UNAVAILABLE"


class EngineRefused(EngineError):
    """The server refused user or password."""

    code = "ENGINE_CREDENTIALS"


class EngineTooOld(EngineError):
    """The server is not a Neo4j of 5.26 or later."""

    code = "ENGINE_VERSION"


class EngineTimeout(EngineError):
    """The engine did not answer within the time allowed."""

    code = "ENGINE_TIMEOUT"


class EngineFull(EngineError):
    """No space is left where the engine keeps its data."""

    code = "ENGINE_FULL"


class EngineReadOnly(EngineError):
    """The database takes no writes."""

    code = "ENGINE_READ_ONLY"


class DatabaseMissing(EngineError):
    """The server has no database of that name."""

    code = "DATABASE_MISSING"


class DataDirectoryInUse(EngineError):
    """Another process owns the data directory; `pid` is its process id where known."""

    code = "DATA_DIRECTORY_IN_USE"

    def __init__(self, message: str, *, pid: int | None = None, hint: str | None = None) -> None:
        """Keep the owner's process id."""
        super().__init__(message, hint=hint)
        self.pid = pid


class StatementError(EngineError):
    """The engine refused a statement; `engine_code` is the engine's own code."""

    code = "STATEMENT_REFUSED"

    def __init__(self, message: str, *, engine_code: str = "", hint: str | None = None) -> None:
        """Keep the engine's own code beside its message."""
        super().__init__(message, hint=hint)
        self.engine_code = engine_code


class SchemaError(MembergraphError):
    """The graph's labels, constraints or recorded migrations are not what this program needs."""

    code = "SCHEMA_ERROR"


class GraphTooNew(SchemaError):
    """The graph was migrated by a newer program than this one."""

    code = "GRAPH_TOO_NEW"
