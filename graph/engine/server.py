"""A Neo4j at an address, checked before its first use."""

from __future__ import annotations

import asyncio
import logging
import re
from urllib.parse import urlsplit

from neo4j import AsyncDriver, AsyncGraphDatabase, NotificationMinimumSeverity
from neo4j import exceptions as driver_errors

import queries
from graph.engine.bolt import BoltPool, BoltServer
from graph.engine.failures import as_engine_error
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
    """Always empty: only the server sees its files."""

    def __init__(self, settings: GraphSettings) -> None:
        """Create the driver; `start` connects."""
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
        """Return the only driver; it opens connections as needed."""
        return self._driver

    def bolt(self, access: str) -> BoltPool | None:  # noqa: ARG002 - a transaction carries the access
        """Return own Bolt's connections to a single server; None for a cluster and for an encrypted address."""
        return self._bolt

    async def end_overdue(self, text: str, seconds: float) -> None:
        """Do nothing: the server keeps the time limit that a statement carries."""

    async def fence(self, attempts: frozenset[str]) -> None:
        """Terminate these attempts' transactions until the server lists none of them.

        A terminated transaction keeps its locks until its connection ends, and the next attempt waits for them.
        Where the user may not list transactions, those locks alone keep the attempts apart.
        """
        try:
            async with asyncio.timeout(self._settings.call_timeout):
                await self._terminate(attempts)
        except driver_errors.ClientError as refusal:
            _log.warning("transactions without an answer to COMMIT could not be ended: %s", refusal.code)

    async def _terminate(self, attempts: frozenset[str]) -> None:
        async with self._driver.session(database=self._settings.database) as session:
            while running := await rows_of(
                await session.run(queries.text("engine/attempts"), {"attempts": sorted(attempts)})
            ):
                for row in running:
                    await (await session.run(queries.text("engine/terminate"), {"id": row["id"]})).consume()
                await asyncio.sleep(_FENCE_PAUSE)  # a closing transaction cannot be terminated, and soon ends

    def free_bytes(self) -> int | None:
        """Return None: only the server sees its disk."""
        return None

    async def revive(self) -> None:
        """Do nothing: others start and stop the server."""

    async def start(self) -> None:
        """Connect, and check version, credentials and database. Raises an EngineError where one of them is wrong."""
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
        """Return the server's name and version. A driver without options asks, because an old server refuses them."""
        async with _driver(self._settings) as plain_driver:
            return str((await plain_driver.get_server_info()).agent)

    def _at_address(self, failure: Exception) -> EngineError:
        if isinstance(
            failure, TimeoutError | driver_errors.ServiceUnavailable | driver_errors.SessionExpired | OSError
        ):
            return EngineUnavailable(
                f"No Neo4j answers at {self._settings.uri}: {failure or 'no answer in time'}",
                hint="Check MEMBERGRAPH_NEO4J_URI and that the server runs.",
            )
        return as_engine_error(failure)


def check_version(agent: str) -> tuple[int, int]:
    """Return the first two numbers of a server's version, such as 5 and 26 of `Neo4j/5.26.0`. Raises EngineTooOld."""
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
    if not settings.own_bolt or address.scheme != "bolt" or address.hostname is None:
        return None
    timeouts = settings.connect_timeout, settings.call_timeout
    host, port = address.hostname, address.port or _PORT
    return BoltPool(BoltServer(host, port, settings.user, settings.password, settings.database, *timeouts))


def _driver(settings: GraphSettings, **more: object) -> AsyncDriver:
    assert settings.uri is not None
    return AsyncGraphDatabase.driver(
        settings.uri,
        auth=(settings.user, settings.password),
        connection_timeout=settings.connect_timeout,
        user_agent="membergraph",
        telemetry_disabled=True,  # telemetry sends one more message with every statement
        **more,  # type: ignore[arg-type]
    )
