"""The table of settings: names in the environment, defaults and purposes."""

from __future__ import annotations

import contextlib
import dataclasses
import math
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.attributes.placeholders import DEFAULT_PLACEHOLDERS
from graph.engine import GraphSettings
from graph.errors import UserMistake, excerpt

PREFIX = "MEMBERGRAPH_"
OWN = "own"
"""The value of `bolt` and `http` that chooses our own code over the library's."""


def _setting(default: Any, help_text: str, *, secret: bool = False) -> Any:
    return dataclasses.field(default=default, metadata={"help": help_text, "secret": secret}, repr=not secret)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting. The field `data_dir` is `MEMBERGRAPH_DATA_DIR` in the environment, and so on."""

    data_dir: Path = _setting(Path("data"), "Folder of the embedded engine's data, keys and logs.")
    host: str = _setting("127.0.0.1", "Address the service listens on. Any but loopback needs a key.")
    port: int = _setting(8080, "Port the service listens on; 0 takes a free one.")
    neo4j_uri: str = _setting("", "Address of a Neo4j 5.26 or later (bolt://, neo4j://, neo4j+s://); empty: embedded.")
    neo4j_user: str = _setting("neo4j", "User of the Neo4j.")
    neo4j_password: str = _setting("", "Password of the Neo4j.", secret=True)
    neo4j_database: str = _setting("", "Database of the Neo4j; empty: the user's home database.")
    writers: int = _setting(4, "Write transactions at once on Neo4j; the embedded engine always has one.")
    heap: str = _setting("1g", "Most memory for the embedded engine's heap, such as 512m or 4g.")
    bolt: str = _setting("own", "How single servers are asked: own (our Bolt client) or driver (Neo4j's driver alone).")
    http: str = _setting("own", "How HTTP is served: own (uvicorn within our bounds) or uvicorn (alone).")
    clock: str = _setting("", "An instant (2026-11-22T10:00:00Z) or an offset (+31d, -2h) that moves the clock (T1).")
    identity_emails: int = _setting(16, "Most email addresses of one person (I2).")
    identity_anonymous_ids: int = _setting(50, "Most anonymous ids of one person (I2).")
    identity_user_ids: int = _setting(1, "Most user ids of one person (I2).")
    identity_crm_ids: int = _setting(1, "Most ids of one person in one CRM (I2).")
    placeholders: str = _setting(
        DEFAULT_PLACEHOLDERS, "Words, with commas between, that have no say in an attribute's type (F5)."
    )
    row_values: int = _setting(1000, "Most attributes or properties of one row; more are refused, the row is written.")
    source_names: int = _setting(5000, "Most names of attributes that one source brings to the catalogue.")
    public_names: int = _setting(
        500, "Most names of attributes that one public tracking key brings to the catalogue (V2)."
    )
    batch_rows: int = _setting(2000, "Most facts committed in one transaction (F10).")
    batch_bytes: int = _setting(4_000_000, "Most bytes sent to the engine in one transaction.")
    linger_ms: int = _setting(5, "Milliseconds a single fact waits for others to be committed with it (F10).")
    secret: str = _setting(
        "", "Keys the hashes of erased identities (I8); empty: made once, kept in the data directory.", secret=True
    )
    body_limit: int = _setting(8_000_000, "Most bytes of a request's body, after decompression.")
    tracking_body_limit: int = _setting(512_000, "Most bytes of a tracking request, after decompression.")
    tracking_call_limit: int = _setting(32_768, "Most bytes of one tracked call.")
    tracking_calls: int = _setting(5_000, "Most calls of a tracking request.")
    tracking_public_body_limit: int = _setting(256_000, "Most bytes of a tracking request by a public key.")
    tracking_public_calls: int = _setting(500, "Most calls of a tracking request by a public key.")
    tracking_waiting: int = _setting(20_000, "Tracked calls that may wait for their commit; more are answered 429.")
    token_limit: int = _setting(5000, "Most tokens of a GraphQL document.")
    depth_limit: int = _setting(20, "Most levels of a GraphQL document.")
    alias_limit: int = _setting(100, "Most aliases in a GraphQL document.")
    directive_limit: int = _setting(50, "Most directives in a GraphQL document.")
    cost_limit: int = _setting(100_000, "Most rows that a GraphQL document may ask for, estimated before it is run.")
    timeout: float = _setting(30.0, "Seconds for a request's statement before it is ended.")
    keys_file: str = _setting("", "File of the hashed keys; empty: keys.json in the data directory.")
    connection_limit: int = _setting(800, "Most connections open at once; one more is answered 503 and closed.")
    head_timeout: float = _setting(10.0, "Seconds in which the head of a request must have come.")
    body_timeout: float = _setting(
        20.0,
        "Seconds that a request's body may take beyond what it takes at 10 kB a second, and an answer to be fetched.",
    )
    access_log: bool = _setting(
        False, "Whether each request leaves a line in the log: address, path, status, key's name."
    )
    log_level: str = _setting("info", "Least severe message that is logged: debug, info, warning or error.")

    def graph(self) -> GraphSettings:
        """Return the settings of the engine."""
        return GraphSettings(
            data_dir=self.data_dir,
            uri=self.neo4j_uri or None,
            user=self.neo4j_user,
            password=self.neo4j_password,
            database=self.neo4j_database or None,
            writers=self.writers,
            heap=self.heap,
            own_bolt=self.bolt.lower() == OWN,
        )

    def secret_bytes(self) -> bytes:
        """Return the secret of erased identities' hashes. The first call creates it, readable by its owner only.

        Services that share a Neo4j need the same secret: set MEMBERGRAPH_SECRET for them. Raises UserMistake.
        """
        if self.secret:
            return _checked_secret(self.secret.encode(), f"{PREFIX}SECRET")
        path = self.data_dir / "secret"
        try:
            if not path.exists():
                _make_secret(path)
            return _checked_secret(path.read_bytes(), f"The secret {path}")
        except OSError as error:
            raise _wrong_secret(f"The secret {path}", f"cannot be read or made: {error.strerror}") from None

    def keys_path(self) -> Path:
        """Return the file of the keys."""
        return Path(self.keys_file) if self.keys_file else self.data_dir / "keys.json"


_SHORTEST_SECRET = 16


def _checked_secret(secret: bytes, where: str) -> bytes:
    """Return the secret. Raises UserMistake for one that is empty, cut or no text."""
    text = secret.decode("utf-8", "replace").strip()
    if not text:
        raise _wrong_secret(where, "is empty")
    if "\ufffd" in text or not text.isprintable():
        raise _wrong_secret(where, "is not text")
    if len(text) < _SHORTEST_SECRET:
        raise _wrong_secret(where, f"has {len(text)} characters; it needs {_SHORTEST_SECRET} at least")
    return secret


def _wrong_secret(where: str, problem: str) -> UserMistake:
    return UserMistake(
        "BAD_SECRET",
        f"{where} {problem}.",
        f"{PREFIX}SECRET",
        hint="Put back a back-up of it: with another one, facts about erased people are accepted again (I8). "
        "Where nobody was erased, remove the file and a new one is made.",
    )


def _make_secret(path: Path) -> None:
    """Write a secret to a temporary file and link it into place, so that no other process reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(temporary, path)
    finally:
        Path(temporary).unlink()


@dataclass(frozen=True, slots=True)
class SettingDescription:
    """One line of the table that `membergraph settings` shows."""

    name: str
    value: str
    default: str
    help: str
    given: bool


def load(environment: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """Read the settings from the environment. Values in `given`, from the command line, outrank it unless None.

    Raises UserMistake for a value of the wrong type and for a name that is no setting.
    """
    environment = os.environ if environment is None else environment
    _refuse_unknown(environment)
    values = {
        field.name: _converted(field, environment[_name(field)])
        for field in dataclasses.fields(Settings)
        if environment.get(_name(field))
    }
    settings = Settings(**values | {name: value for name, value in given.items() if value is not None})
    for field in dataclasses.fields(Settings):
        _check(field, getattr(settings, field.name))
    return settings


_CHOICES = {
    "bolt": (OWN, "driver"),
    "http": (OWN, "uvicorn"),
    "log_level": ("debug", "info", "warning", "error"),
}
_PORTS = 65_535


def _check(field: dataclasses.Field[Any], value: Any) -> None:
    """Raise UserMistake for a value of the right type that means nothing."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        most = _PORTS if field.name == "port" else math.inf
        if not 0 <= value <= most:
            raise _invalid(field, value, f"a number from 0 to {most:,}" if field.name == "port" else "0 or more")
    choices = _CHOICES.get(field.name)
    if choices is not None and str(value).lower() not in choices:
        raise _invalid(field, value, f"one of {', '.join(choices)}")


def _invalid(field: dataclasses.Field[Any], value: Any, expected: str) -> UserMistake:
    return UserMistake("INVALID_SETTING", f"{_name(field)} is {excerpt(value)}, not {expected}.", _name(field))


def describe(settings: Settings | None = None) -> list[SettingDescription]:
    """Return every setting with its value, its default and its help. Secrets are hidden."""
    settings = settings or load()
    return [_description(field, getattr(settings, field.name)) for field in dataclasses.fields(Settings)]


def _description(field: dataclasses.Field[Any], value: Any) -> SettingDescription:
    text = "(set)" if field.metadata["secret"] and value else str(value)
    return SettingDescription(_name(field), text, str(field.default), field.metadata["help"], value != field.default)


def _name(field: dataclasses.Field[Any]) -> str:
    return PREFIX + field.name.upper()


def _converted(field: dataclasses.Field[Any], text: str) -> Any:
    convert, expected = _KINDS[type(field.default)]
    try:
        return convert(text)
    except (ValueError, KeyError):
        raise _invalid(field, text, expected) from None


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError
    return number


_TRUTH = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}
_KINDS: Mapping[type, tuple[Callable[[str], Any], str]] = {
    bool: (lambda text: _TRUTH[text.strip().lower()], "true or false"),
    int: (int, "a whole number"),
    float: (_number, "a number"),
    str: (str, "text"),
    type(Path()): (Path, "a path"),
}


_LONGEST_NAME = 80


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    """Raise UserMistake for a misspelt setting, which would otherwise have no effect."""
    known = {_name(field) for field in dataclasses.fields(Settings)}
    others = (f"{PREFIX}TEST_", f"{PREFIX}LONG")
    for name in environment:
        if name.startswith(PREFIX) and name not in known and not name.startswith(others):
            raise UserMistake(
                "INVALID_SETTING",
                f"{name[:_LONGEST_NAME]} is no setting.",
                name,
                hint="`membergraph settings` shows them.",
            )
