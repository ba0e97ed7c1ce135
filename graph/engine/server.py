"""A Neo4j by address: connected to, and checked before anything is asked of it."""

from __future__ import annotations

import asyncio
import logging
import re
from urllib.parse import urlsplit

from neo4j import AsyncDriver, AsyncGraphDatabase, NotificationMinimumSeverity
from neo4j import exceptions as driver_errors

import queries
from graph.engine.bolt import BoltPool, Place
from graph.engine.failures import explained
from graph.engine.graph import Kind
from graph.engine.settings import GraphSettings
from graph.engine.transaction import rows_of
from graph.errors import EngineError, EngineTooOld, EngineUnavailable, UserMistake

OLDEST = (5, 26)
_log = logging.getLogger("membergraph.engine")
_PORT = 7687
_FENCE_PAUSE = 0.02
_ADDRESS = re.compile(r"(bolt|neo4j)(\+s|\+ssc)?://[^/\s]+")
_AGENT = re.compile(r"Neo4j/(\d+)\.(\d+)")


class ServerEngine:
    """A Neo4j 5.26 or later, one server or a cluster."""

    kind: Kind = "neo4j"
    damage: tuple[str, ...] = ()
    """Nothing: the server's files are not ours to look at."""

    def __init__(self, settings: GraphSettings) -> None:
        """Make the driver; nothing is sent before `start`."""
        assert settings.uri is not None
        self._settings = settings
        if not _ADDRESS.match(settings.uri):
            raise UserMistake(
                "INVALID_SETTING",
                f"MEMBERGRAPH_NEO4J_URI is {settings.uri!r}, which is no Bolt address.",
                "MEMBERGRAPH_NEO4J_URI",
                hint="Write bolt://host:7687 for one server, neo4j://host:7687 for a cluster, or neo4j+s://… for Aura.",
            )
        self._driver = _driver(settings, notifications_min_severity=NotificationMinimumSeverity.OFF)
        self._bolt = _bolt(settings)

    def driver(self, access: str) -> AsyncDriver:  # noqa: ARG002 - the session carries the access
        """Return the one driver; it opens connections as needed."""
        return self._driver

    def bolt(self, access: str) -> BoltPool | None:  # noqa: ARG002 - a transaction carries the access
        """Return the connections to a server of its own; a cluster and an encrypted one are the driver's."""
        return self._bolt

    async def end_overdue(self, text: str, seconds: float) -> None:
        """Do nothing: the server keeps the time limit sent with a statement."""

    async def fence(self, attempts: frozenset[str]) -> None:
        """Terminate these transactions wherever the server still lists them.

        What a terminated one has locked stays locked until its connection ends; whoever needs it waits. A server that does
        not let this user look leaves it at that: what reads under a lock waits for whoever holds it.
        """
        try:
            async with asyncio.timeout(self._settings.call_timeout):
                await self._terminate(attempts)
        except driver_errors.ClientError as refused:
            _log.warning("transactions given up in COMMIT could not be ended: %s", refused.code)

    async def _terminate(self, attempts: frozenset[str]) -> None:
        async with self._driver.session(database=self._settings.database) as session:
            while alive := await rows_of(
                await session.run(queries.text("engine/attempts"), {"attempts": sorted(attempts)})
            ):
                for row in alive:
                    await (await session.run(queries.text("engine/terminate"), {"id": row["id"]})).consume()
                await asyncio.sleep(_FENCE_PAUSE)  # one that is closing cannot be terminated, and is soon gone

    def free_bytes(self) -> int | None:
        """Return nothing: the server's disk is not ours to look at."""
        return None

    async def revive(self) -> None:
        """Do nothing: the server's life is not ours."""

    async def start(self) -> None:
        """Reach the server and check version, credentials and database; raises an EngineError for each."""
        try:
            async with asyncio.timeout(self._settings.connect_timeout + 5):
                check_version(await self._agent())
                await self._driver.execute_query("RETURN 1", database_=self._settings.database)
        except (driver_errors.DriverError, driver_errors.Neo4jError, OSError) as failure:
            await self.close()
            raise self._at_address(failure) from failure
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close connections."""
        if self._bolt is not None:
            self._bolt.close()
        await self._driver.close()

    async def _agent(self) -> str:
        """Ask with a driver that asks nothing else, so that an old server can say what it is."""
        async with _driver(self._settings) as asking:
            return str((await asking.get_server_info()).agent)

    def _at_address(self, failure: Exception) -> EngineError:
        if isinstance(
            failure, TimeoutError | driver_errors.ServiceUnavailable | driver_errors.SessionExpired | OSError
        ):
            return EngineUnavailable(
                f"No Neo4j answers at {self._settings.uri}: {failure or 'no answer in time'}",
                hint="Check MEMBERGRAPH_NEO4J_URI and that the server runs.",
            )
        return explained(failure)


def check_version(agent: str) -> tuple[int, int]:
    """Return year or major and minor of a server's name for itself (`Neo4j/5.26.0`); raises EngineTooOld."""
    match = _AGENT.match(agent)
    if match is None:
        raise EngineTooOld(f"The server calls itself {agent!r}, which is not Neo4j.")
    version = int(match[1]), int(match[2])
    if version < OLDEST:
        raise EngineTooOld(
            f"The server is Neo4j {version[0]}.{version[1]}.",
            hint=f"Membergraph needs Neo4j {OLDEST[0]}.{OLDEST[1]} or later.",
        )
    return version


def _bolt(settings: GraphSettings) -> BoltPool | None:
    assert settings.uri is not None
    address = urlsplit(settings.uri)
    if address.scheme != "bolt" or address.hostname is None:
        return None
    times = settings.connect_timeout, settings.call_timeout
    where = address.hostname, address.port or _PORT
    return BoltPool(Place(*where, settings.user, settings.password, settings.database, *times))


def _driver(settings: GraphSettings, **more: object) -> AsyncDriver:
    assert settings.uri is not None
    return AsyncGraphDatabase.driver(
        settings.uri,
        auth=(settings.user, settings.password),
        connection_timeout=settings.connect_timeout,
        user_agent="membergraph",
        telemetry_disabled=True,  # it would be one more message with every statement
        **more,  # type: ignore[arg-type]
    )
