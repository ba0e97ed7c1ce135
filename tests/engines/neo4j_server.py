"""A real Neo4j Community for tests and benchmarks, started from its Maven jars; no Docker."""

from __future__ import annotations

import ctypes
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fetching.once import cached, one_at_a_time

CURRENT = "2026.08.1"  # needs Java 21 or 25
LONG_TERM = "5.26.30"  # runs on Java 17
_OPENS = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch", "java.base/java.util.concurrent")
_POM = """<project><modelVersion>4.0.0</modelVersion>
<groupId>membergraph</groupId><artifactId>neo4j-for-tests</artifactId><version>1</version>
<dependencies><dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{}</version></dependency>
</dependencies></project>"""
_CONFIGURATION = """
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
dbms.usage_report.enabled=false
server.memory.heap.initial_size=256m
server.memory.pagecache.size={pages}
db.tx_log.rotation.retention_policy=keep_none
dbms.cypher.min_replan_interval=1h
server.bolt.connection_keep_alive_for_requests=OFF
"""


@dataclass(frozen=True)
class Java:
    home: Path
    major: int

    @property
    def binary(self) -> str:
        return str(self.home / "bin" / "java")


@dataclass
class Neo4jServer:
    uri: str
    password: str
    version: str
    process: subprocess.Popen[bytes] | None = None
    home: Path | None = None

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()  # its data goes with it
            self.process.wait()
        if self.home is not None:
            shutil.rmtree(self.home, ignore_errors=True)


def missing() -> str | None:
    """Say what keeps this machine from running Neo4j; nothing if it can."""
    if os.environ.get("MEMBERGRAPH_TEST_NEO4J_URI"):
        return None
    if newest_java() is None:
        return "no JDK of 17 or later found (JAVA_HOME, /usr/lib/jvm)"
    if not any(_jars(version).exists() for version in (CURRENT, LONG_TERM)) and shutil.which("mvn") is None:
        return "no Maven found"
    return None


QUICK = ("-XX:TieredStopAtLevel=1",)
"""Java options for an engine that lives for minutes: thorough compiling would cost more than it gives back."""


def start(
    version: str | None = None, heap: str = "768m", pages: str = "128m", *, short_lived: bool = True
) -> Neo4jServer:
    """Start a server on a free loopback port with an empty graph and wait until it answers.

    A short-lived one compiles quickly rather than well; for measuring, say that it lives longer.
    """
    if uri := os.environ.get("MEMBERGRAPH_TEST_NEO4J_URI"):
        return Neo4jServer(uri, os.environ["MEMBERGRAPH_TEST_NEO4J_PASSWORD"], "by address")
    java = newest_java()
    assert java is not None, missing()
    version = version or (CURRENT if java.major >= 21 else LONG_TERM)
    jars = fetched_jars(version)
    home = Path(tempfile.mkdtemp(prefix="membergraph-neo4j-"))
    port, password = _free_port(), secrets.token_urlsafe(12)
    (home / "conf").mkdir()
    (home / "conf" / "neo4j.conf").write_text(_CONFIGURATION.format(port=port, pages=pages))
    environment = os.environ | {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    command = [java.binary, *_flags(java), "-cp", f"{jars}/*"]
    main = "CommunityEntryPoint" if version.startswith("5.") else "Neo4jCommunity"
    with (home / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, f"-Xmx{heap}", "-XX:+UseSerialGC", *(QUICK if short_lived else ()), f"org.neo4j.server.{main}",
             f"--home-dir={home}", f"--config-dir={home / 'conf'}"],
            env=environment, stdout=log, stderr=log, preexec_fn=_die_with_parent,  # noqa: PLW1509
        )  # fmt: skip
    server = Neo4jServer(f"bolt://127.0.0.1:{port}", password, version, process, home)
    try:
        _until_it_answers(server)
    except BaseException:
        print((home / "server.log").read_text()[-4000:], file=sys.stderr)
        server.stop()
        raise
    return server


def newest_java() -> Java | None:
    homes = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    homes += [path for path in Path("/usr/lib/jvm").glob("*") if path.is_dir()] if Path("/usr/lib/jvm").exists() else []
    if found := shutil.which("java"):
        homes.append(Path(found).resolve().parents[1])
    known = [Java(home, major) for home in homes if (major := _major(home))]
    return max((java for java in known if java.major >= 17), key=lambda java: java.major, default=None)


def fetched_jars(version: str) -> Path:
    """Return the folder of a version's jars; Maven fetches them the first time."""
    jars = _jars(version)
    with one_at_a_time(jars.parent):
        if not jars.exists():
            _fetch(version, jars)
    return jars


def _fetch(version: str, jars: Path) -> None:
    jars.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=jars.parent.parent) as work:
        (Path(work) / "pom.xml").write_text(_POM.format(version))
        subprocess.run(
            ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DoutputDirectory=lib", "-DincludeScope=runtime"],
            cwd=work, check=True,
        )  # fmt: skip
        (Path(work) / "lib").rename(jars)


def _jars(version: str) -> Path:
    return cached(f"neo4j-{version}") / "lib"


def _major(home: Path) -> int | None:
    release = home / "release"
    if not (home / "bin" / "java").exists() or not release.exists():
        return None
    match = re.search(r'JAVA_VERSION="(\d+)', release.read_text())
    return int(match[1]) if match else None


def _flags(java: Java) -> list[str]:
    flags = [f"--add-opens={package}=ALL-UNNAMED" for package in _OPENS]
    if java.major >= 24:
        flags += ["--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED"]
    return flags


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # its data goes with it


def _until_it_answers(server: Neo4jServer) -> None:
    """Wait for it, and give it the password; a command of its own would cost another start of Java."""
    give = "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $password"
    _until_done(server, "neo4j", "system", give, {"password": server.password})
    _until_done(server, server.password, "neo4j", "RETURN 1", {})


def _until_done(server: Neo4jServer, password: str, database: str, statement: str, parameters: dict[str, Any]) -> None:
    from neo4j import GraphDatabase

    deadline = time.monotonic() + 180
    while True:
        try:
            with (
                GraphDatabase.driver(server.uri, auth=("neo4j", password)) as driver,
                driver.session(database=database) as session,
            ):
                session.run(statement, parameters).consume()  # at once or not: execute_query waits ever longer
                return
        except Exception:
            if time.monotonic() > deadline or (server.process and server.process.poll() is not None):
                raise
            time.sleep(0.3)
