"""The next instant at which an organisation or person is due, as far as one evaluator knows."""

from __future__ import annotations

from graph.criteria.snapshots import least

__all__ = ["NextDue"]


class NextDue:
    """The least due instant, in epoch milliseconds. At first it is unknown, and somebody may be due now."""

    def __init__(self) -> None:
        """Begin without knowledge."""
        self._is_known = False
        self._instant: int | None = None

    @property
    def instant(self) -> int | None:
        """The instant; None where nobody will ever be due, or where it is unknown."""
        return self._instant if self._is_known else None

    def note(self, due: int | None) -> None:
        """Note that somebody is due at an instant; None changes nothing."""
        self._instant = least((due, self._instant))

    def replace(self, due: int | None) -> None:
        """Replace it by what the graph says; None is never."""
        self._is_known, self._instant = True, due

    def is_reached(self, now: int) -> bool:
        """Return whether somebody may be due by `now`."""
        return not self._is_known or (self._instant is not None and self._instant <= now)

    def seconds_left(self, now: int, longest: float) -> float:
        """Return the seconds until somebody may be due, at most `longest`."""
        if self.is_reached(now):
            return 0.0
        return longest if self._instant is None else min((self._instant - now) / 1000, longest)
