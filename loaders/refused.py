"""The file of refused rows: one JSON line each, with the reason and the record as it was, ready to be mended and loaded again."""

from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import orjson

from loaders.errors import FileUnreadable
from loaders.mapping import REFUSED_SUFFIX
from loaders.readers.jsonlines import REFUSED


class RefusedRows:
    """Writes `NAME.refused.jsonl`, only where something was refused, and all of it at once when the load of the file ends.

    Loading a file of refused rows again leaves in it what is still refused.
    """

    def __init__(self, folder: Path, name: str) -> None:
        plain = name.replace(" ", "-").removesuffix(REFUSED_SUFFIX)
        self.path = folder / f"{plain}{REFUSED_SUFFIX}"
        self._part = self.path.with_name(f"{self.path.name}.part")
        self._file: BinaryIO | None = None

    def write(self, line: int, code: str, message: str, path: list[str], row: Any) -> None:
        """Adds one refused record."""
        reason = {"line": line, "code": code, "message": message, "path": path}
        self._opened().write(orjson.dumps({REFUSED: reason, "row": row}, default=str) + b"\n")

    def _opened(self) -> BinaryIO:
        if self._file is None:
            try:
                self._file = self._part.open("wb")
            except OSError as error:
                raise FileUnreadable(
                    "REFUSED_ROWS_NOT_WRITABLE",
                    f"the refused rows cannot be written to {self._part}: {error.strerror}",
                    "Name another folder: --refused FOLDER.",
                ) from error
        return self._file

    @property
    def written(self) -> Path | None:
        """Where the refused rows are; None where nothing was refused."""
        return self.path if self._file is not None else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._part.replace(self.path)
