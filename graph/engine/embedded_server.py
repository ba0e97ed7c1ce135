"""The process of the embedded engine: `python -m graph.engine.embedded_server`.

It reads one line of JSON from its standard input: directory, password, heap and owner. It then starts ArcadeDB with Bolt
on a loopback port, and writes one line of JSON to its standard output. The line `fence` ends every connection.
It stops at a signal or at the end of its input. The input ends when the parent dies, in whatever way.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import Any, TextIO

from graph.engine.directory import DirectoryLock
from graph.engine.embedded_fence import end_connections
from graph.engine.files import EngineFiles
from graph.engine.settings import FENCE, READER
from graph.errors import DataDirectoryInUse

DATABASE = "membergraph"
_READ_ONLY = {"resultSetLimit": -1, "readTimeout": -1, "access": [], "types": {"*": {"access": ["readRecord"]}}}
_OPENING_ERRORS = ("com.arcadedb.exception.", "com.arcadedb.serializer.")
_LOG_LIMIT = 16 * 1024 * 1024
_WAL_FLUSHED_ON_COMMIT = 1
_STATEMENT_LIMIT_MS = 60_000


def main() -> int:
    """Serve one data directory and return the exit status."""
    order = json.loads(sys.stdin.readline() or "{}")
    if not order:
        return 2
    directory = Path(order["directory"]).resolve()
    answer = _redirect_output(directory)
    stop = threading.Event()
    _stop_on_signals(stop)
    lock = DirectoryLock(directory)  # the lock is held as long as this name refers to it
    files = EngineFiles(directory, directory / "databases" / DATABASE)
    damage: list[str] = []
    try:
        lock.acquire(order["owner"])
        damage = files.damage()
        if not damage:
            files.begin()
        server, port = _start(directory, order["password"], order["heap"], read_only=bool(damage))
    except DataDirectoryInUse as in_use:
        _write(answer, {"error": "in_use", "pid": in_use.pid})
        return 3
    except Exception as failure:  # noqa: BLE001 - the parent gets whatever the engine raises
        _write(answer, {"error": "start", "message": str(failure), "damage": damage or _unreadable(failure)})
        return 1
    _write(answer, {"port": port, "pid": os.getpid(), "damage": damage})
    threading.Thread(target=_read_orders, args=(answer, stop), daemon=True).start()
    stop.wait()
    server.stop()
    if not damage:
        files.end()
    return 0


def _unreadable(failure: Exception) -> list[str]:
    """Return damage if the engine failed to open the database, and an empty list for any other failure."""
    text = str(failure)
    return [f"the engine cannot read them: {text[:200]}"] if text.startswith(_OPENING_ERRORS) else []


def _redirect_output(directory: Path) -> TextIO:
    """Send Java's output to the log, and return the stream to the parent."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    answer = os.fdopen(os.dup(1), "w")
    log = directory / "engine.log"
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(directory / "engine.log.1")
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(target, 1)
    os.dup2(target, 2)
    return answer


def _write(answer: TextIO, message: dict[str, Any]) -> None:
    answer.write(json.dumps(message) + "\n")
    answer.flush()


def _stop_on_signals(stop: threading.Event) -> None:
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole group; the parent decides


def _read_orders(answer: TextIO, stop: threading.Event) -> None:
    """Execute the parent's orders, one a line; stop at the end of the input."""
    import jpype  # noqa: PLC0415 - Java is loaded in this process only

    for line in sys.stdin:
        if line.strip() == FENCE:
            try:
                end_connections(jpype)
                _write(answer, {"fenced": True})
            except Exception as failure:  # noqa: BLE001 - the parent then ends this process
                _write(answer, {"fenced": False, "message": str(failure)})
    stop.set()


def _start(directory: Path, password: str, heap: str, *, read_only: bool) -> tuple[Any, int]:
    os.chdir(directory)  # ArcadeDB writes ./log
    import jpype  # noqa: PLC0415 - Java is loaded in this process only
    from arcadedb_embedded.jvm import start_jvm  # noqa: PLC0415

    # -Xrs keeps Java from handling signals
    start_jvm(
        heap_size=heap, jvm_args=["-Xrs", "-Xms64m", "-XX:+UseSerialGC", f"-XX:ErrorFile={directory}/crash-%p.log"]
    )
    _configure(jpype)
    _forget_users(directory)
    port = _free_port()
    server = _server(jpype, directory, password, port, read_only=read_only)
    server.start()
    database = server.getDatabase(DATABASE, not read_only, True)
    server.getHttpServer().stopService()  # Bolt only
    _require_durability(jpype, database)
    _add_reader(jpype, server.getSecurity(), password)
    return server, port


def _add_reader(jpype: Any, security: Any, password: str) -> None:
    """Add a user that may only read. On this engine, a session's READ access alone does not stop writes."""
    as_json = jpype.JClass("com.arcadedb.serializer.json.JSONObject")
    security.saveGroup("*", READER, as_json(json.dumps(_READ_ONLY)))
    user = {"name": READER, "password": str(security.encodePassword(password)), "databases": {"*": [READER]}}
    security.createUser(as_json(json.dumps(user)))


def _configure(jpype: Any) -> None:
    """Set the options that ArcadeDB reads here only. It silently ignores them in the server's configuration."""
    settings = jpype.JClass("com.arcadedb.GlobalConfiguration")
    settings.TX_WAL_FLUSH.setValue(_WAL_FLUSHED_ON_COMMIT)
    settings.COMMAND_TIMEOUT.setValue(_STATEMENT_LIMIT_MS)
    settings.SERVER_METRICS.setValue(False)  # nobody reads them, and they take a quarter of the start
    # a thread that polls the disk; after a failed commit the parent looks at the disk itself
    settings.SERVER_HEALTH_CHECK_ENABLED.setValue(False)
    settings.POLYGLOT_ENGINE_ENABLED.setValue(False)  # Cypher is the only language
    # many rounds protect a password that people choose; this one is 24 random bytes, new at each start
    settings.SERVER_SECURITY_SALT_ITERATIONS.setValue(1)
    # an indexed instant (Event.occurredAt, Organisation.dueAt) otherwise loses its zone and epochMillis
    settings.DATE_TIME_IMPLEMENTATION.setValue(jpype.JClass("java.time.ZonedDateTime"))


def _require_durability(jpype: Any, database: Any) -> None:
    """Refuse to serve a database that acknowledges a commit before its log is on the disk (F10)."""
    setting = jpype.JClass("com.arcadedb.GlobalConfiguration").TX_WAL_FLUSH
    if database.getConfiguration().getValueAsInteger(setting) != _WAL_FLUSHED_ON_COMMIT:
        raise RuntimeError("the embedded engine does not flush its log on commit")


def _server(jpype: Any, directory: Path, password: str, port: int, *, read_only: bool) -> Any:
    configuration = jpype.JClass("com.arcadedb.ContextConfiguration")()
    for name, value in {
        "server.rootPath": str(directory),
        "server.rootPassword": password,
        # "production" would hide error texts from the client; its durability is TX_WAL_FLUSH above
        "server.mode": "development",
        "server.httpIncomingHost": "127.0.0.1",
        "server.httpIncomingPort": "0",
        # damaged files stay unchanged, because a repair needs everything that is left of them
        "server.defaultDatabaseMode": "READ_ONLY" if read_only else "READ_WRITE",
        "server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        "bolt.host": "127.0.0.1",
        "bolt.port": str(port),
        "bolt.defaultDatabase": DATABASE,
    }.items():
        configuration.setValue(f"arcadedb.{name}", value)
    return jpype.JClass("com.arcadedb.server.ArcadeDBServer")(configuration)


def _forget_users(directory: Path) -> None:
    """Remove the users of earlier starts: every start has a new password."""
    shutil.rmtree(directory / "config", ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # Java's own threads would keep the process
