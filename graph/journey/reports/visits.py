"""Visits: stays with their organisation, filtered by version, segment and period."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from graph.journey.decisions.stay import Stay

__all__ = ["Period", "Visit", "filter_visits", "latest_visits"]


@dataclass(frozen=True)
class Visit:
    """A stay and the id of its organisation."""

    organisation: str
    stay: Stay


@dataclass(frozen=True)
class Period:
    """A period from `since` until just before `until`, in epoch milliseconds. An absent bound is no bound."""

    since: int | None = None
    until: int | None = None

    def holds(self, instant: int | None) -> bool:
        """Return whether the instant lies within; None never does."""
        if instant is None:
            return False
        return (self.since is None or self.since <= instant) and not self.after(instant)

    def after(self, instant: int) -> bool:
        """Return whether the instant lies at the end of the period or later."""
        return self.until is not None and instant >= self.until


def filter_visits(visits: Iterable[Visit], version: int | None, organisations: Collection[str] | None) -> list[Visit]:
    """Return the visits under one version, of a segment; None means all. Give the segment as a set."""
    return [
        each
        for each in visits
        if (version is None or each.stay.version == version)
        and (organisations is None or each.organisation in organisations)
    ]


def latest_visits(visits: Iterable[Visit]) -> list[Visit]:
    """Return the last visit of each organisation by entry, so that each counts once, also after merges (I4)."""
    last: dict[str, Visit] = {}
    for each in visits:
        known = last.get(each.organisation)
        if known is None or _order(known.stay) < _order(each.stay):
            last[each.organisation] = each
    return list(last.values())


def _order(stay: Stay) -> tuple[int, int]:
    return stay.entered_at, stay.number
