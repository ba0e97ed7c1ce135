"""The embedded engine's files as it left them, so that the next start notices what happened to them in between.

The engine itself opens files that were emptied, cut or overwritten and answers from what is left of them. A clean stop
therefore notes size, time and checksum of each file, and a start compares. After a crash the engine's own log repairs the
files, which never shrink: then only those that are gone or shorter than noted are damaged.
"""

from __future__ import annotations

import json
import os
import sys
import time
import zlib
from pathlib import Path
from typing import NamedTuple

NOTE = "files.json"
_SECONDS = 5.0
"""The longest that checksums may take at a start or a stop; files beyond that are compared by size alone."""
_CHUNK = 1 << 20
_RECORDS = (".bucket", ".dict")
_OF_THE_RUN = (".wal", ".lck", ".prev.json", ".tmp")
"""What an engine makes for itself while it runs, or can do without."""


class Seen(NamedTuple):
    """A file at a clean stop: bytes, time of its last change in nanoseconds, checksum unless there was no time for it."""

    size: int
    changed: int
    checksum: int | None


class Files:
    """The files of one database, and the note about them beside the other files of its directory."""

    def __init__(self, directory: Path, database: Path) -> None:
        """Name the engine's directory and the folder of its database."""
        self._note = directory / NOTE
        self._database = database

    def damage(self) -> list[str]:
        """Return what happened to the files since a clean stop, one text for each; empty where nothing did."""
        running, files = self._read()
        deadline = time.monotonic() + _SECONDS
        found = [
            _shrunk(self._database / name, seen) if running else _difference(self._database / name, seen, deadline)
            for name, seen in sorted(files.items())
        ]
        return [each for each in found if each is not None]

    def begin(self) -> None:
        """Note that an engine which may write is at work."""
        self._write(self._read()[1], running=True)

    def end(self) -> None:
        """Note the files after a clean stop."""
        deadline = time.monotonic() + _SECONDS
        files = {path.name: _seen(path, deadline) for path in sorted(self._database.iterdir()) if _lasting(path)}
        self._write(files, running=False)

    def _read(self) -> tuple[bool, dict[str, Seen]]:
        """Return whether an engine was at work, and the files; none where there is no note that can be read."""
        try:
            note = json.loads(self._note.read_bytes())
            return bool(note["running"]), {str(name): Seen(*each) for name, each in note["files"].items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return True, {}

    def _write(self, files: dict[str, Seen], *, running: bool) -> None:
        beside = self._note.with_suffix(".tmp")
        with beside.open("w", encoding="utf-8") as file:
            json.dump({"running": running, "files": files}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._note)
        _flush_directory(self._note.parent)


def _lasting(path: Path) -> bool:
    return path.is_file() and not path.name.endswith(_OF_THE_RUN)


def _seen(path: Path, deadline: float) -> Seen:
    stat = path.stat()
    return Seen(stat.st_size, stat.st_mtime_ns, _checksum(path, deadline))


def _shrunk(path: Path, seen: Seen) -> str | None:
    """Return what happened to a file of records since the last clean stop, as far as a crash leaves it to be seen."""
    if path.suffix not in _RECORDS:
        return None
    try:
        found = path.stat().st_size
    except FileNotFoundError:
        return f"{path.name} is missing"
    return f"{path.name} has {found:,} bytes instead of {seen.size:,}" if found < seen.size else None


def _difference(path: Path, seen: Seen, deadline: float) -> str | None:
    try:
        stat = path.stat()
        if stat.st_size != seen.size:
            return f"{path.name} has {stat.st_size:,} bytes instead of {seen.size:,}"
        if stat.st_mtime_ns == seen.changed or seen.checksum is None:
            return None
        found = _checksum(path, deadline)
    except FileNotFoundError:
        return f"{path.name} is missing"
    except OSError as error:
        return f"{path.name} cannot be read: {error.strerror}"
    return f"{path.name} was overwritten" if found not in (seen.checksum, None) else None


def _checksum(path: Path, deadline: float) -> int | None:
    """Return the checksum of a file; None where the time is over."""
    checksum = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if time.monotonic() > deadline:
                return None
            checksum = zlib.crc32(chunk, checksum)
    return checksum


def _flush_directory(directory: Path) -> None:
    """Make a replacement last through a loss of power, where the system can."""
    if sys.platform != "win32":
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
