"""Counts requests that own Bolt left to the official driver."""

from __future__ import annotations

import logging
from collections import Counter

from graph.engine.bolt import Reason, Unsupported

_log = logging.getLogger("membergraph.engine")
_PERMANENT = frozenset({Reason.CODEC, Reason.VERSION, Reason.CONNECT, Reason.MALFORMED})
"""Reasons that make own Bolt useless, and the service slower, until somebody acts."""


class Fallbacks:
    """The number of fallbacks of one graph by reason. The first one of each reason is logged."""

    def __init__(self) -> None:
        """Start at zero."""
        self.counts: Counter[str] = Counter()

    def record(self, unsupported: Unsupported) -> None:
        """Count one fallback."""
        reason = unsupported.reason
        if reason not in self.counts:
            level = logging.WARNING if reason in _PERMANENT else logging.INFO
            text = "the official driver takes over from own Bolt (%s): %s; the next ones are only counted"
            _log.log(level, text, reason.value, unsupported.detail)
        self.counts[reason.value] += 1
