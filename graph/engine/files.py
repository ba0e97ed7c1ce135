"""Detects damage to the files of the embedded engine between a stop and the next start.

The engine itself opens files that were emptied, cut or overwritten, and answers from what is left. So a clean stop notes
size, time and checksum of each file, and the next start compares. After a crash the engine repairs its files from its log.
They never shrink, so only files that are missing or shorter than noted count as damaged then.
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
"""Time limit for all checksums of a start or a stop. Other files are compared by size alone."""
_CHUNK = 1 << 20
_RECORDS = (".bucket", ".dict")
_TEMPORARY = (".wal", ".lck", ".prev.json", ".tmp")
"""Files that the engine needs only while it runs, or not at all."""


class FileState(NamedTuple):
    """A file at a clean stop: bytes, time of its last change in nanoseconds, and a checksum if there was time for it."""

    size: int
    changed: int
    checksum: int | None


class EngineFiles:
    """The files of one database, and the note about them in the engine's directory."""

    def __init__(self, directory: Path, database: Path) -> None:
        """Keep the engine's directory and the folder of its database."""
        self._note = directory / NOTE
        self._database = database

    def damage(self) -> list[str]:
        """Return the damage since a clean stop, one text for each damaged file."""
        running, files = self._read()
        deadline = time.monotonic() + _SECONDS
        texts = [
            _shrinkage(self._database / name, noted) if running else _difference(self._database / name, noted, deadline)
            for name, noted in sorted(files.items())
        ]
        return [text for text in texts if text is not None]

    def begin(self) -> None:
        """Note that an engine with the right to write is running."""
        self._write(self._read()[1], running=True)

    def end(self) -> None:
        """Note the files after a clean stop."""
        deadline = time.monotonic() + _SECONDS
        files = {path.name: _state(path, deadline) for path in sorted(self._database.iterdir()) if _is_permanent(path)}
        self._write(files, running=False)

    def _read(self) -> tuple[bool, dict[str, FileState]]:
        """Return whether an engine was running, and the noted files. Without a readable note there are none."""
        try:
            note = json.loads(self._note.read_bytes())
            return bool(note["running"]), {str(name): FileState(*each) for name, each in note["files"].items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return True, {}

    def _write(self, files: dict[str, FileState], *, running: bool) -> None:
        temporary = self._note.with_suffix(".tmp")
        with temporary.open("w", encoding="utf-8") as file:
            json.dump({"running": running, "files": files}, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(self._note)
        _flush_directory(self._note.parent)


def _is_permanent(path: Path) -> bool:
    return path.is_file() and not path.name.endswith(_TEMPORARY)


def _state(path: Path, deadline: float) -> FileState:
    stat = path.stat()
    return FileState(stat.st_size, stat.st_mtime_ns, _checksum(path, deadline))


def _shrinkage(path: Path, noted: FileState) -> str | None:
    """Return the damage to a file of records after a crash, where only its absence or a shorter size shows."""
    if path.suffix not in _RECORDS:
        return None
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return f"{path.name} is missing"
    return f"{path.name} has {size:,} bytes instead of {noted.size:,}" if size < noted.size else None


def _difference(path: Path, noted: FileState, deadline: float) -> str | None:
    try:
        stat = path.stat()
        if stat.st_size != noted.size:
            return f"{path.name} has {stat.st_size:,} bytes instead of {noted.size:,}"
        if stat.st_mtime_ns == noted.changed or noted.checksum is None:
            return None
        checksum = _checksum(path, deadline)
    except FileNotFoundError:
        return f"{path.name} is missing"
    except OSError as error:
        return f"{path.name} cannot be read: {error.strerror}"
    return f"{path.name} was overwritten" if checksum not in (noted.checksum, None) else None


def _checksum(path: Path, deadline: float) -> int | None:
    """Return the checksum of a file, or None if the time is over."""
    checksum = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if time.monotonic() > deadline:
                return None
            checksum = zlib.crc32(chunk, checksum)
    return checksum


def _flush_directory(directory: Path) -> None:
    """Make a replacement survive a loss of power, on systems that can do so."""
    if sys.platform != "win32":
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
