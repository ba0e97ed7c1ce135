"""Stays together with whose they are, and which of them a question is about: a version, a segment, a period."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from graph.journey.decisions.stay import Stay

__all__ = ["Period", "Visit", "chosen", "latest"]


@dataclass(frozen=True)
class Visit:
    """A stay and the id of its organisation."""

    organisation: str
    stay: Stay


@dataclass(frozen=True)
class Period:
    """From `since` until just before `until`, epoch milliseconds; an absent bound is no bound."""

    since: int | None = None
    until: int | None = None

    def holds(self, instant: int | None) -> bool:
        """Whether the instant lies within; what never was does not."""
        if instant is None:
            return False
        return (self.since is None or self.since <= instant) and not self.after(instant)

    def after(self, instant: int) -> bool:
        """Whether the instant lies at the end of the period or later."""
        return self.until is not None and instant >= self.until


def chosen(visits: Iterable[Visit], version: int | None, organisations: Collection[str] | None) -> list[Visit]:
    """The visits under one version, of a segment; None is all. Give the segment as a set."""
    return [
        each
        for each in visits
        if (version is None or each.stay.version == version)
        and (organisations is None or each.organisation in organisations)
    ]


def latest(visits: Iterable[Visit]) -> list[Visit]:
    """The last of each organisation's visits by entry, so that each counts once, also where several were merged into it (I4)."""
    last: dict[str, Visit] = {}
    for each in visits:
        known = last.get(each.organisation)
        if known is None or _order(known.stay) < _order(each.stay):
            last[each.organisation] = each
    return list(last.values())


def _order(stay: Stay) -> tuple[int, int]:
    return stay.entered_at, stay.n
