"""Figures with their peers and targets, and the table that shows them."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

_HEADS = ("what", "ours", "beside", "unit", "ratio", "target", "met")


@dataclass(frozen=True)
class Figure:
    """One measured value. `peer` is the value it is compared with; `target` bounds their ratio, or with `absolute` the value."""

    what: str
    value: float
    unit: str
    peer: float | None = None
    target: float | None = None
    bound: Literal["at least", "at most"] = "at least"
    absolute: bool = False

    @property
    def ratio(self) -> float | None:
        """Return the value divided by the peer's, or None without a peer."""
        return self.value / self.peer if self.peer else None

    @property
    def is_met(self) -> bool | None:
        """Return whether the target is met, or None without a target."""
        measured = self.value if self.absolute else self.ratio
        if self.target is None or measured is None:
            return None
        return measured >= self.target if self.bound == "at least" else measured <= self.target

    def row(self) -> tuple[str, ...]:
        """Return the cells of the figure's line."""
        sign = "≥" if self.bound == "at least" else "≤"
        return (
            self.what,
            number(self.value),
            "" if self.peer is None else number(self.peer),
            self.unit,
            "" if self.ratio is None else f"{self.ratio:.3g}",
            "" if self.target is None else f"{sign} {self.target:.3g}",
            {None: "", True: "yes", False: "NO"}[self.is_met],
        )

    def content(self) -> dict[str, Any]:
        """Return the figure as JSON."""
        content = asdict(self)
        return {
            "what": content.pop("what"),
            "ours": content.pop("value"),
            "unit": content.pop("unit"),
            "beside": content.pop("peer"),
            **content,
            "ratio": self.ratio,
            "met": self.is_met,
        }


@dataclass
class FigureTable:
    """The figures of one benchmark on one engine."""

    title: str
    note: str = ""
    figures: list[Figure] = field(default_factory=list)

    def text(self) -> str:
        """Return the table in Markdown."""
        rows = [_HEADS, *(figure.row() for figure in self.figures)]
        widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADS))]
        lines = [_line(row, widths) for row in rows]
        lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
        head = f"### {self.title}\n\n" + (f"{self.note}\n\n" if self.note else "")
        return head + "\n".join(lines) + "\n"

    def content(self) -> dict[str, Any]:
        """Return the table as JSON."""
        figures = [each.content() for each in self.figures]
        return {"title": self.title, "note": self.note, "figures": figures}


def number(value: float) -> str:
    """Return a value with three significant digits, or without decimals from a hundred on."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def median(values: Iterable[float]) -> float:
    """Return the middle value."""
    return statistics.median(values)


def missed(tables: Sequence[FigureTable]) -> list[str]:
    """Return the names of the targets that are not met."""
    return [f"{table.title}: {each.what}" for table in tables for each in table.figures if each.is_met is False]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.ljust(width) if i in (0, 3) else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "| " + " | ".join(cells) + " |"
