"""The file of refused rows: one JSON line each, with the reason and the record as it was, ready to be mended and loaded again."""

import io
from pathlib import Path
from typing import Any, BinaryIO, Literal

import orjson

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
            _cut_unfinished_line(self._part)
            self._file = self._open("ab")

    def write(self, line: int, code: str, message: str, path: list[str], row: Any) -> None:
        """Add one refused record."""
        reason = {"line": line, "code": code, "message": message, "path": path}
        self._opened().write(orjson.dumps({REFUSED: reason, "row": row}, default=str) + b"\n")

    def close(self, *, failed: bool) -> None:
        """Put the file in place, if something was refused. `failed`: the load stopped before the end of its file."""
        if self._file is None:
            return
        self._file.close()
        self._file = None
        if failed and self._is_loaded:
            self._part.unlink()
            return
        self._part.replace(self.path)
        self.written = self.path

    def _opened(self) -> BinaryIO:
        if self._file is None:
            self._file = self._open("wb")
        return self._file

    def _open(self, mode: Literal["wb", "ab"]) -> BinaryIO:
        try:
            return self._part.open(mode)
        except OSError as error:
            raise FileUnreadable(
                "REFUSED_ROWS_NOT_WRITABLE",
                f"the refused rows cannot be written to {self._part}: {error.strerror}",
                "Name another folder: --refused FOLDER.",
            ) from error


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
