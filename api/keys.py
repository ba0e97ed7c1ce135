"""Keys: who may do what (V1, V2). Kept hashed in a file beside the data, where no statement reaches them."""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from api.key_file import SCOPES, Key, KeysFile, changed, listed
from graph.clock import Clock, epoch_ms
from graph.errors import MembergraphError, UserMistake, excerpt

__all__ = ["MARKS", "RESERVED", "SCOPES", "Key", "KeyRing", "KeysUnreadable", "create", "listed", "revoke"]

log = logging.getLogger(__name__)
_PREFIX = "mg_"
_LONGEST_NAME = 100
RESERVED = ("hand", "api")
"""Sources of what people set by hand, and of facts without any: no key may pass for them."""
MARKS = ("segment:", "public:")
"""What the sources of other keys' tracking calls begin with: no key may pass for another."""


class KeysUnreadable(MembergraphError):
    """The keys of a running service cannot be read, so that nobody can be told apart; the log names the file."""

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
    """Make a key and keep it; the secret is returned once and kept nowhere. Raises UserMistake."""
    wanted = tuple(dict.fromkeys(scopes))
    _check_name(name)
    _check(wanted, public=public)
    secret = _PREFIX + secrets.token_urlsafe(24)
    expires = epoch_ms(expires_at) if expires_at else None
    now = epoch_ms(clock.now())
    key = Key(secrets.token_hex(4), name, _hashed(secret), wanted, now, expires, public)
    with changed(path) as keys:
        keys.append(key)
    return secret, key


def revoke(path: Path, id_: str) -> Key:
    """Take a key away, by its id or its name. Raises UserMistake when there is none, or several."""
    _one_of(listed(path), id_)
    with changed(path) as keys:
        found = _one_of(keys, id_)
        keys.remove(found)
    return found


def _one_of(keys: list[Key], id_: str) -> Key:
    found = [key for key in keys if id_ in (key.id, key.name)]
    if len(found) != 1:
        what = "There is no key" if not found else "There are several keys"
        raise UserMistake("NOT_FOUND", f"{what} {excerpt(id_)}.", "id", hint="`membergraph keys list` shows their ids.")
    return found[0]


_Seen = tuple[int, int, int, int]
_NO_FILE: _Seen = (0, 0, 0, 0)


class KeyRing:
    """The keys of a running service; a changed file is read again.

    A revoked key is refused at once, so a file that cannot be read leaves no key valid: nothing is known of who asks.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Read nothing yet."""
        self._path = path
        self._name = str(path)
        self._clock = clock
        self._seen: _Seen | None = None
        self._keys: dict[str, Key] = {}
        self._broken: str | None = None

    @property
    def empty(self) -> bool:
        """Whether no key was ever made: then only this machine is served. A key that expired still counts.

        Raises KeysUnreadable, as `find` does.
        """
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
            seen = (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)
        except FileNotFoundError:
            seen = _NO_FILE
        except OSError as error:
            self._break(f"cannot be read: {error.strerror}")
        if seen != self._seen or self._broken is not None:
            self._read(seen)

    def _read(self, seen: _Seen) -> None:
        if seen == _NO_FILE and self._keys:
            self._break("is gone")  # a service that had keys must not become one that needs none
        try:
            self._keys = {key.hash: key for key in listed(self._path)}
        except KeysFile as error:
            self._break(error.reason)
        if self._broken is not None:
            log.warning("the file of keys can be read again")
        self._seen, self._broken = seen, None

    def _break(self, reason: str) -> NoReturn:
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


def _check(scopes: tuple[str, ...], *, public: bool) -> None:
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        what = f"There is no scope {excerpt(unknown[0])}." if unknown else "A key needs a scope."
        raise UserMistake("UNKNOWN_SCOPE", what, "scopes", hint=f"Scopes are {', '.join(SCOPES)}.")
    if public and scopes != ("track",):
        raise UserMistake("PUBLIC_SCOPE", "A public key may only track.", "scopes", hint="Leave `track` alone (V2).")


def _hashed(secret: str) -> str:
    # The secrets are 192 random bits: a slow hash would protect nothing more.
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
