"""Counts of the records of a load."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


class Progress(NamedTuple):
    """Progress of one file: its name and the records read. `fraction` is from 0 to 1, `total` the number of all records, where known."""

    name: str
    read: int
    fraction: float | None
    total: int | None = None


@dataclass
class FileSummary:
    """Counts of one file's records: each was created, updated, unchanged or refused.

    `codes` are the reasons for refused ones. `trimmed` counts the written ones of which a part was refused, `warnings` the reasons.
    """

    name: str
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    refused: int = 0
    trimmed: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    refused_file: Path | None = None

    def warn(self, codes: Iterable[str], rows: int) -> None:
        """Count written records of which a part was refused, and the reasons."""
        self.warnings.update(codes)
        self.trimmed += rows


@dataclass
class Summary:
    """Counts of a load, and the seconds it took."""

    files: list[FileSummary] = field(default_factory=list)
    seconds: float = 0.0
    dry_run: bool = False

    @property
    def read(self) -> int:
        """Records read from all files."""
        return sum(file.read for file in self.files)

    @property
    def refused(self) -> int:
        """Records refused, from all files."""
        return sum(file.refused for file in self.files)

    @property
    def rate(self) -> float:
        """Records a second."""
        return self.read / self.seconds if self.seconds else 0.0

    @property
    def codes(self) -> Counter[str]:
        """Reasons for refusal over all files."""
        return sum((file.codes for file in self.files), Counter())
