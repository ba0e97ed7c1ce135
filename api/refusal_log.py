"""One line in the log for a refused key, however often somebody tries."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)
_MINUTE = 60.0
_LINES = 20
"""Lines a minute; more are counted."""
_SHOWN = 7
"""Characters of a key that tell it from others and give nothing away; never more than a quarter of it."""


class RefusalLog:
    """Writes a line for a key and an address that are refused: once a minute for the same two, and few lines in all."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Begin with an empty minute; `monotonic` tells seconds."""
        self._monotonic = monotonic
        self._since = -_MINUTE
        self._written: set[tuple[str, str | None]] = set()
        self._left_out = 0

    def note(self, what: str, address: str | None) -> None:
        """Write the line for `what` was refused, unless it was written this minute."""
        self._turn()
        about = (what, address)
        if about in self._written:
            return
        if len(self._written) == _LINES:
            self._left_out += 1
            return
        self._written.add(about)
        log.warning("refused: %s, from %s", what, address or "an unknown address")

    def _turn(self) -> None:
        now = self._monotonic()
        if now - self._since < _MINUTE:
            return
        if self._left_out:
            log.warning("refused: keys %d times more in the minute before", self._left_out)
        self._since, self._left_out = now, 0
        self._written.clear()


REFUSAL_LOG = RefusalLog()
"""Those of this process."""


def prefix(secret: str) -> str:
    """The beginning of a key as a log may show it."""
    shown = secret[: min(_SHOWN, len(secret) // 4)]
    return f"the key {shown.encode('unicode_escape').decode()}…"
