"""Idle sessions of the driver. Making a new session costs a tenth of a small read."""

from __future__ import annotations

from collections import defaultdict

from neo4j import AsyncDriver, AsyncSession

MAX_IDLE = 100
"""Sessions kept for one driver: as many as it keeps connections."""


class IdleSessions:
    """Sessions without a statement under way, by their driver. They hold no connection."""

    def __init__(self) -> None:
        """Start empty."""
        self._idle: dict[AsyncDriver, list[AsyncSession]] = defaultdict(list)

    def take(self, driver: AsyncDriver) -> AsyncSession | None:
        """Return a session of the driver for one task alone, or None."""
        idle = self._idle[driver]
        return idle.pop() if idle else None

    async def keep(self, driver: AsyncDriver, session: AsyncSession) -> None:
        """Take back a session whose result was read to its end."""
        idle = self._idle[driver]
        if len(idle) < MAX_IDLE:
            idle.append(session)
        else:
            await session.close()

    async def clear(self) -> None:
        """Close all sessions: their state may no longer fit the engine."""
        idle, self._idle = self._idle, defaultdict(list)
        for sessions in idle.values():
            for session in sessions:
                await session.close()
