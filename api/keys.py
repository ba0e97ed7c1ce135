"""Keys: who may do what (V1, V2). Kept hashed in a file beside the data, where no statement reaches them."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from graph.clock import Clock, epoch_ms
from graph.errors import UserMistake

SCOPES = ("read", "write", "track", "define", "cypher", "admin")
_PREFIX = "mg_"


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


def create(
    path: Path,
    name: str,
    scopes: Iterable[str],
    clock: Clock,
    *,
    expires_at: datetime | None = None,
    public: bool = False,
) -> tuple[str, Key]:
    """Make a key and keep it; the secret is returned once and kept nowhere. Raises UserMistake."""
    wanted = tuple(dict.fromkeys(scopes))
    _check(wanted, public=public)
    secret = _PREFIX + secrets.token_urlsafe(24)
    expires = epoch_ms(expires_at) if expires_at else None
    now = epoch_ms(clock.now())
    key = Key(secrets.token_hex(4), name, _hashed(secret), wanted, now, expires, public)
    _write(path, [*listed(path), key])
    return secret, key


def listed(path: Path) -> list[Key]:
    """Every key, in the order they were made. Raises UserMistake when the file is not ours."""
    try:
        content = orjson.loads(path.read_bytes())
        return [Key(**{**one, "scopes": tuple(one["scopes"])}) for one in content["keys"]]
    except FileNotFoundError:
        return []
    except (ValueError, TypeError, KeyError):
        raise UserMistake(
            "KEYS_FILE", f"{path} is not a file of keys.", "keys", hint="Move it away and make new keys."
        ) from None


def revoke(path: Path, id_: str) -> Key:
    """Take a key away, by its id or its name. Raises UserMistake when there is none, or several."""
    keys = listed(path)
    found = [key for key in keys if id_ in (key.id, key.name)]
    if len(found) != 1:
        what = "There is no key" if not found else "There are several keys"
        raise UserMistake("NOT_FOUND", f"{what} {id_!r}.", "id", hint="`membergraph keys list` shows their ids.")
    _write(path, [key for key in keys if key is not found[0]])
    return found[0]


_NO_FILE = (0, 0, 0)


class KeyRing:
    """The keys of a running service; a changed file is read again."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Read nothing yet."""
        self._path = path
        self._name = str(path)
        self._clock = clock
        self._seen: tuple[int, int, int] | None = None
        self._keys: dict[str, Key] = {}

    @property
    def empty(self) -> bool:
        """Whether no key was ever made: then only this machine is served. A key that expired still counts."""
        self._refresh()
        return not self._keys

    def find(self, secret: str) -> Key | None:
        """The valid key of a secret; None for any other text."""
        self._refresh()
        key = self._keys.get(_hashed(secret))
        return key if key is not None and key.valid(epoch_ms(self._clock.now())) else None

    def _refresh(self) -> None:
        if self._seen == _NO_FILE and not os.access(self._name, os.F_OK):
            return  # an exception for every request of a service without keys would cost more than all the rest here
        try:
            stat = os.stat(self._name)  # noqa: PTH116 - twice as fast, and every request asks
            seen = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
        except FileNotFoundError:
            seen = _NO_FILE
        if seen != self._seen:
            self._keys = {key.hash: key for key in listed(self._path)}
            self._seen = seen


def _check(scopes: tuple[str, ...], *, public: bool) -> None:
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        what = f"There is no scope {unknown[0]!r}." if unknown else "A key needs a scope."
        raise UserMistake("UNKNOWN_SCOPE", what, "scopes", hint=f"Scopes are {', '.join(SCOPES)}.")
    if public and scopes != ("track",):
        raise UserMistake("PUBLIC_SCOPE", "A public key may only track.", "scopes", hint="Leave `track` alone (V2).")


def _hashed(secret: str) -> str:
    # The secrets are 192 random bits: a slow hash would protect nothing more.
    return hashlib.sha256(secret.encode()).hexdigest()


def _write(path: Path, keys: list[Key]) -> None:
    content: dict[str, Any] = {"keys": [asdict(key) for key in keys]}
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".keys-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(orjson.dumps(content, option=orjson.OPT_INDENT_2))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise
