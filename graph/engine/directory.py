"""Ownership of a data directory by one process. The operating system releases its lock when the owner dies."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import IO, Any

from graph.errors import DataDirectoryInUse

_GRACE = 20.0
"""Seconds for an orphaned engine to notice that its parent died and to stop."""


class DirectoryLock:
    """Holds a data directory until this process ends, and records its owner."""

    def __init__(self, directory: Path) -> None:
        """Keep the directory; `acquire` locks it."""
        self._directory = directory
        self._file: IO[str] | None = None

    def acquire(self, owner: int) -> None:
        """Lock the directory for the process `owner`. Raises DataDirectoryInUse if another process owns it.

        This waits for an engine whose parent was killed, because that engine stops by itself.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + _GRACE
        while not self._try():
            holder = self._holder()
            if holder is None or _alive(holder) or time.monotonic() > deadline:
                raise DataDirectoryInUse(
                    f"The data directory {self._directory} is in use by process {holder or 'unknown'}.",
                    pid=holder,
                    hint="Stop that process, or choose another directory with MEMBERGRAPH_DATA_DIR.",
                )
            time.sleep(0.1)
        self._write(owner)

    def _try(self) -> bool:
        file = (self._directory / "engine.lock").open("a+")
        try:
            lock(file)
        except OSError:
            file.close()
            return False
        self._file = file
        return True

    def _write(self, owner: int) -> None:
        (self._directory / "engine.owner").write_text(json.dumps({"owner": owner, "engine": os.getpid()}))

    def _holder(self) -> int | None:
        """Return the process id of the owner. A new owner writes it a moment after it has the lock."""
        for _ in range(20):
            try:
                return int(json.loads((self._directory / "engine.owner").read_text())["owner"])
            except (OSError, ValueError, KeyError):
                time.sleep(0.05)
        return None


if sys.platform == "win32":
    import msvcrt

    def lock(file: IO[Any]) -> None:
        """Lock a file for this process. Raises OSError if another process has it."""
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _alive(_pid: int) -> bool:
        return True
else:
    import fcntl

    def lock(file: IO[Any]) -> None:
        """Lock a file for this process. Raises OSError if another process has it."""
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _alive(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True
