"""Keys and their scopes (V1, V2). They are stored hashed in a file, where no statement can reach them."""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from api.key_file import SCOPES, Key, KeysFile, edit_keys, list_keys
from graph.clock import Clock, epoch_ms
from graph.errors import MembergraphError, UserMistake, excerpt

__all__ = ["MARKS", "RESERVED", "SCOPES", "Key", "KeyRing", "KeysUnreadable", "create", "list_keys", "revoke"]

log = logging.getLogger(__name__)
_PREFIX = "mg_"
_LONGEST_NAME = 100
RESERVED = ("hand", "api")
"""Names of built-in sources: people's own changes, and facts without a source. No key may have them."""
MARKS = ("segment:", "public:")
"""Prefixes of the sources of other keys' tracking calls. No key's name may begin with them."""


class KeysUnreadable(MembergraphError):
    """The keys file of a running service cannot be read; the log names it."""

    code = "KEYS_UNREADABLE"


def create(
    path: Path,
    name: str,
    scopes: Iterable[str],
    clock: Clock,
    *,
    expires_at: datetime | None = None,
    public: bool = False,
) -> tuple[str, Key]:
    """Create a key and return it with its secret, which is stored nowhere. Raises UserMistake."""
    scopes = tuple(dict.fromkeys(scopes))
    _check_name(name)
    _check_scopes(scopes, public=public)
    secret = _PREFIX + secrets.token_urlsafe(24)
    expires = epoch_ms(expires_at) if expires_at else None
    now = epoch_ms(clock.now())
    key = Key(secrets.token_hex(4), name, _hash(secret), scopes, now, expires, public)
    with edit_keys(path) as keys:
        keys.append(key)
    return secret, key


def revoke(path: Path, id_: str) -> Key:
    """Revoke the key with this id or name, and return it. Raises UserMistake unless there is exactly one."""
    _find_one(list_keys(path), id_)
    with edit_keys(path) as keys:
        found = _find_one(keys, id_)
        keys.remove(found)
    return found


def _find_one(keys: list[Key], id_: str) -> Key:
    found = [key for key in keys if id_ in (key.id, key.name)]
    if len(found) != 1:
        what = "There is no key" if not found else "There are several keys"
        raise UserMistake("NOT_FOUND", f"{what} {excerpt(id_)}.", "id", hint="`membergraph keys list` shows their ids.")
    return found[0]


_FileState = tuple[int, int, int, int]
"""A file's times of modification and change, its size and its inode."""
_NO_FILE: _FileState = (0, 0, 0, 0)


class KeyRing:
    """The keys of a running service. A changed file is read again with the next request, so revoking takes effect at once.

    While the file cannot be read, no key is valid.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Start without reading the file."""
        self._path = path
        self._name = str(path)
        self._clock = clock
        self._state: _FileState | None = None
        self._keys: dict[str, Key] = {}
        self._broken: str | None = None

    @property
    def empty(self) -> bool:
        """Return whether there is no key, so that only this machine is served. An expired key counts as one.

        Raises KeysUnreadable.
        """
        self._refresh()
        return not self._keys

    def find(self, secret: str) -> Key | None:
        """Return the valid key of a secret, or None. Raises KeysUnreadable."""
        self._refresh()
        key = self._keys.get(_hash(secret))
        return key if key is not None and key.valid(epoch_ms(self._clock.now())) else None

    def _refresh(self) -> None:
        if self._state == _NO_FILE and not os.access(self._name, os.F_OK):
            return  # without keys: `stat` would raise for every request, which costs more than all else here
        try:
            stat = os.stat(self._name)  # noqa: PTH116 - twice as fast, and every request does it
            state = (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)
        except FileNotFoundError:
            state = _NO_FILE
        except OSError as error:
            self._fail(f"cannot be read: {error.strerror}")
        if state != self._state or self._broken is not None:
            self._read(state)

    def _read(self, state: _FileState) -> None:
        if state == _NO_FILE and self._keys:
            self._fail("is gone")  # a service that had keys must not become one that needs none
        try:
            self._keys = {key.hash: key for key in list_keys(self._path)}
        except KeysFile as error:
            self._fail(error.reason)
        if self._broken is not None:
            log.warning("the file of keys can be read again")
        self._state, self._broken = state, None

    def _fail(self, reason: str) -> NoReturn:
        if reason != self._broken:
            log.error("every key is refused: the file of keys %s %s", self._path, reason)
        self._broken = reason
        raise KeysUnreadable("The service cannot read its keys at the moment; its log says why.")


def _check_name(name: str) -> None:
    usable = name.strip() and len(name) <= _LONGEST_NAME and name.isprintable()
    if not usable or name in RESERVED or name.startswith(MARKS):
        raise UserMistake(
            "KEY_NAME",
            f"A key cannot be named {excerpt(name)}.",
            "name",
            hint=f"Name whom it is for, in at most {_LONGEST_NAME} characters; {' and '.join(RESERVED)} are taken, "
            f"and so is what begins with {' or '.join(MARKS)}.",
        )


def _check_scopes(scopes: tuple[str, ...], *, public: bool) -> None:
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        what = f"There is no scope {excerpt(unknown[0])}." if unknown else "A key needs a scope."
        raise UserMistake("UNKNOWN_SCOPE", what, "scopes", hint=f"Scopes are {', '.join(SCOPES)}.")
    if public and scopes != ("track",):
        raise UserMistake("PUBLIC_SCOPE", "A public key may only track.", "scopes", hint="Leave `track` alone (V2).")


def _hash(secret: str) -> str:
    # The secrets are 192 random bits: a slow hash would protect nothing more.
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
