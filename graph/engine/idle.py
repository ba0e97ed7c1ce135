"""Sessions between two reads: to make one anew costs a tenth of a small read."""

from __future__ import annotations

from collections import defaultdict

from neo4j import AsyncDriver, AsyncSession

MOST = 100
"""Sessions kept for one driver: as many as it keeps connections."""


class IdleSessions:
    """Sessions that have nothing under way, by the driver they belong to. They hold no connection."""

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[AsyncDriver, list[AsyncSession]] = defaultdict(list)

    def take(self, driver: AsyncDriver) -> AsyncSession | None:
        """A session of that driver, for one task alone; None where none is idle."""
        kept = self._kept[driver]
        return kept.pop() if kept else None

    async def keep(self, driver: AsyncDriver, session: AsyncSession) -> None:
        """Take back a session whose result was read to its end."""
        kept = self._kept[driver]
        if len(kept) < MOST:
            kept.append(session)
        else:
            await session.close()

    async def forget(self) -> None:
        """Close all of them: what they remember of the engine may not hold any more."""
        kept, self._kept = self._kept, defaultdict(list)
        for sessions in kept.values():
            for session in sessions:
                await session.close()
