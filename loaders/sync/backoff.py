"""Waits before another try: longer each time, a little at random, or as the source asks."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Backoff:
    """The first and the longest wait in seconds, and the number of `tries` before a stream fails."""

    first: float = 0.5
    longest: float = 60.0
    tries: int = 6

    def wait(self, failures: int, retry_after: float | None, dice: Random) -> float | None:
        """Return the seconds to wait after so many failures in a row; None after the last try.

        The source's own `retry_after`, in seconds, goes first. Else the wait doubles each time. A random part of it, up to
        half, is left out, so that many clients do not come back at once.
        """
        if failures >= self.tries:
            return None
        if retry_after is not None:
            return retry_after
        longest = min(self.longest, self.first * 2.0 ** (failures - 1))
        return longest * (0.5 + dice.random() / 2)
