"""The keys file: checked when read, replaced as a whole when written, and locked while it is changed."""

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
_LOCK_TIMEOUT = 10.0
"""Seconds to wait for another process's lock."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key without its secret. Times are epoch milliseconds. A `public` key ships in web pages (V2)."""

    id: str
    name: str
    hash: str
    scopes: tuple[str, ...]
    created_at: int
    expires_at: int | None = None
    public: bool = False

    def allows(self, scope: str) -> bool:
        """Return whether the key has a scope; `admin` includes all."""
        return scope in self.scopes or "admin" in self.scopes

    def valid(self, now: int) -> bool:
        """Return whether the key has not expired at `now`, in epoch milliseconds."""
        return self.expires_at is None or now < self.expires_at


_RESTORE_HINT = "Put back a back-up of it, or move it away and make new keys: membergraph keys create"
_ACCESS_HINT = "It must be a file that the service may read and write; MEMBERGRAPH_KEYS_FILE names it."


class KeysFile(UserMistake):
    """The keys file cannot be used; `reason` does not contain its path."""

    def __init__(self, path: Path, reason: str, hint: str = _RESTORE_HINT) -> None:
        """Write the message; `reason` is its predicate, such as `is not JSON`."""
        super().__init__(
            "KEYS_FILE",
            f"The file of keys {path} {reason}.",
            "keys",
            hint=hint,
        )
        self.reason = reason


def list_keys(path: Path) -> list[Key]:
    """Return all keys, oldest first. Raises KeysFile for a file that cannot be read or is malformed."""
    try:
        content = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise KeysFile(path, f"cannot be read: {error.strerror}", _ACCESS_HINT) from None
    except orjson.JSONDecodeError:
        raise KeysFile(path, "is not JSON, or was cut short") from None
    keys = content.get("keys") if isinstance(content, dict) else None
    if not isinstance(keys, list):
        raise KeysFile(path, 'has no list of keys: {"keys": [...]} is expected')
    return [_key(path, number, one) for number, one in enumerate(keys, 1)]


@contextmanager
def edit_keys(path: Path) -> Iterator[list[Key]]:
    """Yield the keys to be changed in place, and write them afterwards. The file is locked meanwhile. Raises KeysFile."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with (path.parent / f".{path.name}.lock").open("a+") as file:
            _wait_for(file)
            keys = list_keys(path)
            yield keys
            _write(path, keys)
    except OSError as error:
        raise KeysFile(path, f"cannot be written: {error.strerror or error}", _ACCESS_HINT) from None


def _wait_for(file: Any) -> None:
    deadline = time.monotonic() + _LOCK_TIMEOUT
    while True:
        try:
            lock(file)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _key(path: Path, number: int, entry: Any) -> Key:
    if not isinstance(entry, dict):
        raise KeysFile(path, f"has something else than a key in place {number}")
    for field in fields(Key):
        if field.default is MISSING and field.name not in entry:
            raise KeysFile(path, f"has a key without `{field.name}` in place {number}")
    for name, value in entry.items():
        is_valid = _VALID.get(name)
        if is_valid is None:
            raise KeysFile(path, f"has a key with an unknown field {excerpt(name, 40)} in place {number}")
        if not is_valid(value):
            raise KeysFile(path, f"has a key whose `{name}` is not right in place {number}: {excerpt(value, 40)}")
    return Key(**{**entry, "scopes": tuple(entry["scopes"])})


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_time(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _are_scopes(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(each in SCOPES for each in value)


_VALID: Mapping[str, Callable[[Any], bool]] = {
    "id": _is_text,
    "name": _is_text,
    "hash": _is_text,
    "scopes": _are_scopes,
    "created_at": _is_time,
    "expires_at": lambda value: value is None or _is_time(value),
    "public": lambda value: isinstance(value, bool),
}


def _write(path: Path, keys: list[Key]) -> None:
    """Write a file beside and rename it, so that nobody reads half a file and a loss of power keeps the old one."""
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
