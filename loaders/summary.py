"""What became of the records of a load."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple


class Progress(NamedTuple):
    """How far one file is: its name, records so far, and how much of it, from 0 to 1 where that is known."""

    name: str
    read: int
    fraction: float | None


@dataclass
class FileSummary:
    """What became of one file's records: each was created, updated, unchanged or refused.

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

    def refuse(self, codes: Iterable[str], rows: int) -> None:
        """Counts refused records, and why they were."""
        self.codes.update(codes)
        self.refused += rows

    def warn(self, codes: Iterable[str], rows: int) -> None:
        """Counts written records of which a part was refused, and why it was."""
        self.warnings.update(codes)
        self.trimmed += rows


@dataclass
class Summary:
    """What became of a load, and how long it took in seconds."""

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
