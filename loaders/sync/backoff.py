"""How long to wait before another try: longer each time, a little at random, and as the source asks."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Backoff:
    """Waits in seconds. `tries`: how often a page is asked for altogether, before its stream fails."""

    first: float = 0.5
    longest: float = 60.0
    tries: int = 6

    def wait(self, failures: int, retry_after: float | None, dice: Random) -> float | None:
        """Return the seconds to wait after so many failures in a row; None where enough was tried.

        The source's own `retry_after` is kept to. Else the wait doubles, between half of it and all of it at random, so that
        many clients do not come back at once.
        """
        if failures >= self.tries:
            return None
        if retry_after is not None:
            return retry_after
        longest = min(self.longest, self.first * 2.0 ** (failures - 1))
        return longest * (0.5 + dice.random() / 2)
