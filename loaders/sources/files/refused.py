"""The file of refused rows: one JSON line each, with the reason and the record as it was, ready to be mended and loaded again."""

import io
import os
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from graph.engine.directory import lock
from loaders.errors import FileUnreadable
from loaders.mapping import REFUSED_SUFFIX
from loaders.sources.files.jsonlines import REFUSED

_BLOCK = 1 << 16


class RefusedRows:
    """Writes `NAME.refused.jsonl`, only where something was refused, and all of it at once when the load of the file ends.

    Loading a file of refused rows again leaves in it what is still refused. Where that load fails, the file stays as it is.
    """

    def __init__(self, folder: Path, name: str) -> None:
        plain = name.replace(" ", "-").removesuffix(REFUSED_SUFFIX)
        self.path = folder / f"{plain}{REFUSED_SUFFIX}"
        self.written: Path | None = None
        """The file, once it is closed and holds something."""
        self._part = self.path.with_name(f"{self.path.name}.part")
        self._is_loaded = name.endswith(REFUSED_SUFFIX)
        self._file: BinaryIO | None = None

    def resume(self) -> None:
        """Keep what an interrupted load of the same file refused: in its file, or in the part that a killed one left."""
        if self._is_loaded:
            return
        if not self._part.exists() and self.path.exists():
            self.path.replace(self._part)
        if self._part.exists():
            self._file = self._open()
            _cut_unfinished_line(self._part)

    def write(self, line: int, code: str, message: str, path: list[str], row: Any) -> None:
        """Add one refused record."""
        reason = {"line": line, "code": code, "message": message, "path": path}
        self._opened().write(orjson.dumps({REFUSED: reason, "row": row}, default=str) + b"\n")

    def flush(self) -> None:
        """Write out what is buffered, so that a kill loses no row of an acknowledged page."""
        if self._file is not None:
            self._file.flush()

    def close(self, *, failed: bool) -> None:
        """Put the file in place, if something was refused. `failed`: the load stopped before the end of its file."""
        if self._file is None:
            return
        self._file.close()
        self._file = None
        if failed and self._is_loaded:
            self._part.unlink()
            return
        with suppress(FileNotFoundError):  # another load of a file of this name has put it in place
            self._part.replace(self.path)
        self.written = self.path

    def _opened(self) -> BinaryIO:
        if self._file is None:
            self._file = self._open()
            self._file.truncate(0)
        return self._file

    def _open(self) -> BinaryIO:
        """Open the part, or one of this process alone while another load of a file of this name writes the part."""
        try:
            file = self._part.open("ab")
            try:
                lock(file)
            except OSError:
                file.close()
                self._part = self.path.with_name(f"{self.path.name}.{os.getpid()}.part")
                return self._part.open("ab")
        except OSError as error:
            raise FileUnreadable(
                "REFUSED_ROWS_NOT_WRITABLE",
                f"the refused rows cannot be written to {self._part}: {error.strerror}",
                "Name another folder: --refused FOLDER.",
            ) from error
        return file


def _cut_unfinished_line(path: Path) -> None:
    """Remove the end of a file after its last line break, which a killed process left behind."""
    with path.open("rb+") as file:
        end = file.seek(0, io.SEEK_END)
        while end:
            start = max(0, end - _BLOCK)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                file.truncate(start + found + 1)
                return
            end = start
        file.truncate(0)
