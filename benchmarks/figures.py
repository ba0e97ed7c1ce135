"""Figures with what they are held against, and the table that shows them."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

_HEADS = ("what", "ours", "beside", "unit", "ratio", "target", "met")


@dataclass(frozen=True)
class Figure:
    """One measured value; `beside` is the peer's or the limit, `target` what their ratio (or the value) must be."""

    what: str
    ours: float
    unit: str
    beside: float | None = None
    target: float | None = None
    bound: Literal["at least", "at most"] = "at least"
    absolute: bool = False
    """The target is a limit of the value itself, not of the ratio."""

    @property
    def ratio(self) -> float | None:
        """Ours by the other's; None where there is no other."""
        return self.ours / self.beside if self.beside else None

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        held = self.ours if self.absolute else self.ratio
        if self.target is None or held is None:
            return None
        return held >= self.target if self.bound == "at least" else held <= self.target

    def row(self) -> tuple[str, ...]:
        """The cells of its line."""
        sign = "≥" if self.bound == "at least" else "≤"
        return (
            self.what,
            number(self.ours),
            "" if self.beside is None else number(self.beside),
            self.unit,
            "" if self.ratio is None else f"{self.ratio:.3g}",
            "" if self.target is None else f"{sign} {self.target:.3g}",
            {None: "", True: "yes", False: "NO"}[self.met],
        )


@dataclass
class Table:
    """The figures of one benchmark on one engine."""

    title: str
    note: str = ""
    figures: list[Figure] = field(default_factory=list)

    def text(self) -> str:
        """The table in Markdown."""
        rows = [_HEADS, *(figure.row() for figure in self.figures)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADS))]
        lines = [_line(row, widths) for row in rows]
        lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
        head = f"### {self.title}\n\n" + (f"{self.note}\n\n" if self.note else "")
        return head + "\n".join(lines) + "\n"

    def content(self) -> dict[str, Any]:
        """The table as JSON."""
        figures = [{**asdict(each), "ratio": each.ratio, "met": each.met} for each in self.figures]
        return {"title": self.title, "note": self.note, "figures": figures}


def number(value: float) -> str:
    """A value with three significant digits, whole from a hundred on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def median(values: Iterable[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def missed(tables: Sequence[Table]) -> list[str]:
    """The targets that are not met, by name."""
    return [f"{table.title}: {each.what}" for table in tables for each in table.figures if each.met is False]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.ljust(width) if i in (0, 3) else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "| " + " | ".join(cells) + " |"
