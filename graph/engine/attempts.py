"""Attempts at units of work: their names, and the attempts without an answer to COMMIT.

Nobody knows whether such an attempt was committed, and its COMMIT may still arrive. The next attempt would read the graph
without it, and write the same again. So the engine fences it first: it makes sure that the attempt has ended (F10).
"""

from __future__ import annotations

import itertools
import secrets

ATTEMPT = "attempt"
"""Key of an attempt's name in the metadata of its transaction."""


class Attempts:
    """Names the attempts of one graph and keeps those in doubt."""

    def __init__(self) -> None:
        """Start empty. A random prefix keeps services on one database apart."""
        self._prefix = secrets.token_hex(6)
        self._count = itertools.count(1)
        self.in_doubt: frozenset[str] = frozenset()

    def name(self) -> str:
        """Return the name of a new attempt."""
        return f"{self._prefix}-{next(self._count)}"

    def doubt(self, name: str) -> None:
        """Keep an attempt whose COMMIT was sent and not answered."""
        self.in_doubt |= {name}

    def clear(self, names: frozenset[str]) -> None:
        """Forget attempts that have ended."""
        self.in_doubt -= names
