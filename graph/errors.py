"""Errors that Membergraph raises on purpose, and how their messages are written.

MembergraphError
├── UserMistake            a person can correct it: a value, a name, an identity
├── EngineError            the graph engine could not do its work
│   ├── EngineUnavailable  nothing answers at the address, or the embedded engine does not start
│   ├── EngineRefused      the credentials are wrong
│   ├── EngineTooOld       the server is not a supported Neo4j
│   ├── EngineTimeout      no answer came in time
│   ├── EngineFull         the disk of the engine's data is full
│   ├── EngineReadOnly     the database takes no writes
│   ├── GraphDamaged       files of the embedded engine were changed while it was stopped
│   ├── DatabaseMissing    the server has no database of that name
│   ├── DataDirectoryInUse another process owns the data directory
│   └── StatementError     the engine refused a statement
└── SchemaError
    └── GraphTooNew        the graph was written by a newer Membergraph
"""

from __future__ import annotations

from typing import Any

_ENDS = (".", "?", "!", ";", ":", "…")
_VOWELS = ("a", "e", "i", "o")


def join_hint(message: str, hint: str | None) -> str:
    """Return message and hint as one text.

    A hint that begins with a small letter continues the sentence. Any other hint is a sentence of its own.
    """
    if not hint:
        return message
    if hint[0].islower() and not message.endswith(_ENDS[1:]):
        return f"{message.removesuffix('.')}; {hint}"
    return f"{message}{'' if message.endswith(_ENDS) else '.'} {hint}"


def excerpt(value: Any, most: int = 80) -> str:
    """Return an input as messages quote it: its `repr`, cut to about `most` characters."""
    text = value if isinstance(value, str) else repr(value)
    if len(text) <= most:
        return repr(value)
    return f"{text[:most]!r}… ({len(text):,} characters)"


def shorten(message: str, most: int = 1_000) -> str:
    """Return a message of at most about `most` characters: a longer one loses its middle."""
    if len(message) <= most:
        return message
    return f"{message[: most * 2 // 3]} … {message[-most // 4 :]}"


def with_article(noun: str) -> str:
    """Return a noun with its article: a person, an organisation."""
    return f"{'an' if noun.lower().startswith(_VOWELS) else 'a'} {noun}"


class MembergraphError(Exception):
    """An error with a stable `code`, a `message` for people and optionally a `hint` what to do."""

    code: str = "INTERNAL"

    def __init__(self, message: str, *, hint: str | None = None, code: str | None = None) -> None:
        """Keep message and hint; `code` replaces the code of the class."""
        message = shorten(message)
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        """Return message and hint as one text."""
        return join_hint(self.message, self.hint)


class UserMistake(MembergraphError):
    """A mistake that a person can correct; `field` names the wrong input."""

    code = "INVALID"

    def __init__(self, code: str, message: str, field: str | None = None, *, hint: str | None = None) -> None:
        """Keep a code of the API's contract, the message and the field."""
        super().__init__(message, hint=hint, code=code)
        self.field = field


class EngineError(MembergraphError):
    """The graph engine could not do its work."""

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
    """The engine did not answer in time."""

    code = "ENGINE_TIMEOUT"


class EngineFull(EngineError):
    """The disk of the engine's data is full."""

    code = "ENGINE_FULL"


class EngineReadOnly(EngineError):
    """The database takes no writes."""

    code = "ENGINE_READ_ONLY"


class GraphDamaged(EngineError):
    """Files of the embedded engine were changed while it was stopped; `damage` has one text for each file."""

    code = "GRAPH_DAMAGED"

    def __init__(self, damage: tuple[str, ...], consequence: str = "The graph only reads.") -> None:
        """Keep the damage; `consequence` is a sentence that ends the message."""
        super().__init__(
            f"Files of the graph are damaged ({len(damage)}). {consequence}",
            hint="`membergraph doctor` names them; put back a back-up of the data directory.",
        )
        self.damage = damage


class DatabaseMissing(EngineError):
    """The server has no database of that name."""

    code = "DATABASE_MISSING"


class DataDirectoryInUse(EngineError):
    """Another process owns the data directory; `pid` is its process id, if known."""

    code = "DATA_DIRECTORY_IN_USE"

    def __init__(self, message: str, *, pid: int | None = None, hint: str | None = None) -> None:
        """Keep the owner's process id."""
        super().__init__(message, hint=hint)
        self.pid = pid


class StatementError(EngineError):
    """The engine refused a statement; `engine_code` is the engine's own error code."""

    code = "STATEMENT_REFUSED"

    def __init__(self, message: str, *, engine_code: str = "", hint: str | None = None) -> None:
        """Keep the engine's own error code beside its message."""
        super().__init__(message, hint=hint)
        self.engine_code = engine_code


class SchemaError(MembergraphError):
    """The labels, constraints or migrations of the graph do not fit this program."""

    code = "SCHEMA_ERROR"


class GraphTooNew(SchemaError):
    """A newer program has migrated the graph."""

    code = "GRAPH_TOO_NEW"
