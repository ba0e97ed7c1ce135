"""Drawings as SVG text: well-formed whatever names hold, described in words too, readable on light and dark."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

__all__ = ["SERIES", "Drawing", "shortened"]

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

# Eight colours that colour-blind readers can distinguish (after Okabe and Ito), darker on light and lighter on dark.
# Lines differ in their dashes as well.
_LIGHT = ("#0072b2", "#b34f00", "#00795a", "#a0487a", "#7a6200", "#2f5bd0", "#8a1c1c", "#4d5561")
_DARK = ("#56b4e9", "#f0925a", "#35c79b", "#e6a3cb", "#e6c84b", "#9db4ff", "#ff9d9d", "#b9c1cc")
_DASHES = ("none", "8 4", "2 3", "10 3 2 3", "5 2", "12 4", "3 2 1 2", "1 4")
SERIES = len(_LIGHT)
"""How many series look different from each other."""


def _rules(ground: str, ink: str, muted: str, grid: str, colours: tuple[str, ...]) -> str:
    """Return the style rules of one scheme. They use no variables, which some viewers of SVG do not know."""
    plain = (
        f".mg-ground{{fill:{ground}}}.mg-ink{{fill:{ink}}}.mg-muted{{fill:{muted}}}"
        f".mg-grid{{stroke:{grid};fill:none}}.mg-track{{fill:{grid}}}"
    )
    series = (f".mg-fill{n}{{fill:{each}}}.mg-line{n}{{stroke:{each}}}" for n, each in enumerate(colours))
    return plain + "".join(series)


_STYLE = (
    "text{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;font-size:13px}"
    ".mg-head{font-size:16px;font-weight:600}.mg-small{font-size:11px}.mg-curve{fill:none;stroke-width:2.2}"
    + "".join(f".mg-line{n}{{stroke-dasharray:{dash}}}" for n, dash in enumerate(_DASHES))
    + _rules("#ffffff", "#1b212b", "#56606e", "#dde2e8", _LIGHT)
    + "@media (prefers-color-scheme:dark){"
    + _rules("#14181e", "#eceff3", "#aab3bf", "#363f4a", _DARK)
    + "}"
)


class Drawing:
    """A drawing of `width` by `height` pixels. `title` and `description` say what it shows."""

    def __init__(self, width: int, height: int, title: str, description: str) -> None:
        """Draw the ground and the heading."""
        self._size = (width, height)
        self._head = (title, description)
        self._parts: list[str] = []
        self.text(20, 30, title, "mg-ink mg-head", most=(width - 40) // 9)

    def text(
        self, x: float, y: float, words: str, style: str = "mg-ink", *, anchor: str = "start", most: int | None = None
    ) -> None:
        """Draw words at a place. Words of more than `most` characters are cut, and shown whole on hovering."""
        shown = words if most is None else shortened(words, most)
        whole = f"<title>{_plain(words)}</title>" if shown != words else ""
        place = f'x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}"'
        self._parts.append(f"<text {place}>{whole}{_plain(shown)}</text>")

    def bar(self, x: float, y: float, width: float, height: float, style: str) -> None:
        """Draw a bar with its upper left corner at a place."""
        size = f'width="{max(0.0, width):.1f}" height="{height:.1f}"'
        self._parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" {size} rx="3" class="{style}"/>')

    def line(self, points: list[tuple[float, float]], style: str) -> None:
        """Draw a line through points."""
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self._parts.append(f'<polyline points="{path}" class="{style}"/>')

    def __str__(self) -> str:
        """Return the drawing as SVG text."""
        width, height = self._size
        title, description = (_plain(each) for each in self._head)
        label = quoteattr(_legal(self._head[0]))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
            f' role="img" aria-label={label}><title>{title}</title><desc>{description}</desc>'
            f'<style>{_STYLE}</style><rect width="{width}" height="{height}" class="mg-ground"/>'
            f"{''.join(self._parts)}</svg>\n"
        )


def shortened(words: str, most: int) -> str:
    """Return the words, cut with an ellipsis if they have more than `most` characters."""
    return words if len(words) <= most else words[: max(0, most - 1)].rstrip() + "…"


def _plain(words: str) -> str:
    return escape(_legal(words))


def _legal(words: str) -> str:
    """Return the words without characters that XML does not allow."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", words)
