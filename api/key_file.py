"""The file of keys: read with an eye to what can be wrong with it, written whole, changed by one process at a time."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import Any

import orjson

from graph.engine.directory import lock
from graph.errors import UserMistake, excerpt

SCOPES = ("read", "write", "track", "sources", "define", "cypher", "admin")
_PATIENCE = 10.0
"""Seconds in which another process is done with the file."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key without its secret. Times are epoch milliseconds; a `public` one ships in web pages (V2)."""

    id: str
    name: str
    hash: str
    scopes: tuple[str, ...]
    created_at: int
    expires_at: int | None = None
    public: bool = False

    def allows(self, scope: str) -> bool:
        """Whether the key has a scope; `admin` has all."""
        return scope in self.scopes or "admin" in self.scopes

    def valid(self, now: int) -> bool:
        """Whether it has not expired."""
        return self.expires_at is None or now < self.expires_at


_MADE_ANEW = "Put back a back-up of it, or move it away and make new keys: membergraph keys create"
_OWNED = "It must be a file that the service may read and write; MEMBERGRAPH_KEYS_FILE names it."


class KeysFile(UserMistake):
    """The file of keys cannot be used; `reason` says why without its path."""

    def __init__(self, path: Path, reason: str, hint: str = _MADE_ANEW) -> None:
        """Say which file, what is wrong with it, and what would be right."""
        super().__init__(
            "KEYS_FILE",
            f"The file of keys {path} {reason}.",
            "keys",
            hint=hint,
        )
        self.reason = reason


def listed(path: Path) -> list[Key]:
    """Every key, in the order they were made. Raises KeysFile for a file that cannot be read or is not ours."""
    try:
        content = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise KeysFile(path, f"cannot be read: {error.strerror}", _OWNED) from None
    except orjson.JSONDecodeError:
        raise KeysFile(path, "is not JSON, or was cut short") from None
    keys = content.get("keys") if isinstance(content, dict) else None
    if not isinstance(keys, list):
        raise KeysFile(path, 'has no list of keys: {"keys": [...]} is expected')
    return [_key(path, number, one) for number, one in enumerate(keys, 1)]


@contextmanager
def changed(path: Path) -> Iterator[list[Key]]:
    """The keys, to be changed in place: written when done, and no other process changes them meanwhile. Raises KeysFile."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with (path.parent / f".{path.name}.lock").open("a+") as file:
            _wait_for(file)
            keys = listed(path)
            yield keys
            _write(path, keys)
    except OSError as error:
        raise KeysFile(path, f"cannot be written: {error.strerror or error}", _OWNED) from None


def _wait_for(file: Any) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            lock(file)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _key(path: Path, number: int, given: Any) -> Key:
    if not isinstance(given, dict):
        raise KeysFile(path, f"has something else than a key in place {number}")
    for field in fields(Key):
        if field.default is MISSING and field.name not in given:
            raise KeysFile(path, f"has a key without `{field.name}` in place {number}")
    for name, value in given.items():
        is_right = _RIGHT.get(name)
        if is_right is None:
            raise KeysFile(path, f"has a key with an unknown field {excerpt(name, 40)} in place {number}")
        if not is_right(value):
            raise KeysFile(path, f"has a key whose `{name}` is not right in place {number}: {excerpt(value, 40)}")
    return Key(**{**given, "scopes": tuple(given["scopes"])})


def _text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _time(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _scopes(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(each in SCOPES for each in value)


_RIGHT: Mapping[str, Callable[[Any], bool]] = {
    "id": _text,
    "name": _text,
    "hash": _text,
    "scopes": _scopes,
    "created_at": _time,
    "expires_at": lambda value: value is None or _time(value),
    "public": lambda value: isinstance(value, bool),
}


def _write(path: Path, keys: list[Key]) -> None:
    """Write beside and rename into place, so that nobody reads half a file and a loss of power leaves the old one."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".keys-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(orjson.dumps({"keys": [asdict(key) for key in keys]}, option=orjson.OPT_INDENT_2))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
