"""Log refused keys, at most one line a minute for the same key and address."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

log = logging.getLogger(__name__)
_MINUTE = 60.0
_LINES = 20
"""Lines a minute. Further refusals are only counted."""
_SHOWN = 7
"""Characters of a key in the log: enough to tell keys apart, and at most a quarter of the key."""


class RefusalLog:
    """Writes one line a minute for each refused key and address, and few lines in all."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Start without lines; `monotonic` returns seconds."""
        self._monotonic = monotonic
        self._since = -_MINUTE
        self._written: set[tuple[str, str | None]] = set()
        self._left_out = 0

    def note(self, what: str, address: str | None) -> None:
        """Write that `what` was refused, unless this minute has that line already."""
        self._start_minute()
        line = (what, address)
        if line in self._written:
            return
        if len(self._written) == _LINES:
            self._left_out += 1
            return
        self._written.add(line)
        log.warning("refused: %s, from %s", what, address or "an unknown address")

    def _start_minute(self) -> None:
        now = self._monotonic()
        if now - self._since < _MINUTE:
            return
        if self._left_out:
            log.warning("refused: keys %d times more in the minute before", self._left_out)
        self._since, self._left_out = now, 0
        self._written.clear()


REFUSAL_LOG = RefusalLog()
"""The log of this process."""


def prefix(secret: str) -> str:
    """Return the beginning of a key, as the log may show it."""
    shown = secret[: min(_SHOWN, len(secret) // 4)]
    return f"the key {shown.encode('unicode_escape').decode()}…"
