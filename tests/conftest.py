"""Fixtures of all tests, first of all `graph`: an empty, migrated graph, once on each engine.

`MEMBERGRAPH_TEST_ENGINES` is `embedded`, `neo4j` or `both`. Unset, Neo4j runs too wherever it can; with `both`, or
under CI, a machine that cannot run it fails instead of passing over it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from graph.clock import SystemClock
from graph.engine import Graph, GraphSettings, open_graph
from graph.schema import migrate
from tests.engines import neo4j_server
from tests.engines.wiping import wipe

# CI tries the same examples each time: what it says of a change is about the change. Elsewhere each run tries others. Neither
# minds how long one takes, which says more of the machine than of us.
hypothesis.settings.register_profile(
    "ours",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=os.environ.get("CI") == "true",
)
hypothesis.settings.load_profile("ours")

# Engines of tests live for minutes, and every process that a test starts may own one.
os.environ.setdefault("JAVA_TOOL_OPTIONS", " ".join(neo4j_server.QUICK))


def _engines() -> list[str]:
    wanted = os.environ.get("MEMBERGRAPH_TEST_ENGINES") or ("both" if os.environ.get("CI") == "true" else "")
    if wanted in ("embedded", "neo4j"):
        return [wanted]
    lacking = neo4j_server.missing()
    if wanted == "both" and lacking:
        raise pytest.UsageError(f"both engines are required, but Neo4j cannot run here: {lacking}")
    return ["embedded"] if lacking else ["embedded", "neo4j"]


ENGINES = _engines()
OWN_BOLT = os.environ.get("MEMBERGRAPH_TEST_BOLT") != "driver"
"""`MEMBERGRAPH_TEST_BOLT=driver` runs every test of a graph by the official driver alone."""
_used: set[str] = set()


def pytest_report_header() -> str:
    left_out = "" if "neo4j" in ENGINES else f"; NOT on Neo4j ({neo4j_server.missing() or 'not asked for'})"
    return f"graph engines: {', '.join(ENGINES)}{left_out}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    ran = ", ".join(sorted(_used)) or "none was needed"
    terminalreporter.section("graph engines")
    terminalreporter.write_line(f"graph tests ran on: {ran}", bold=True)
    if "neo4j" not in ENGINES:
        terminalreporter.write_line(f"NOT on Neo4j: {neo4j_server.missing() or 'not asked for'}", red=True, bold=True)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two processes, each with engines of its own; a Neo4j that is given by address is one graph, for one process."""
    return 1 if os.environ.get("MEMBERGRAPH_TEST_NEO4J_URI") else 2


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A process of several tells on which engines it ran."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["engines"] = sorted(_used)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    _used.update(getattr(node, "workeroutput", {}).get("engines", ()))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    long_wanted = os.environ.get("MEMBERGRAPH_LONG") == "1"
    for item in items:
        if item.get_closest_marker("long") and not long_wanted:
            item.add_marker(pytest.mark.skip(reason="long: set MEMBERGRAPH_LONG=1"))
        if item.get_closest_marker("starts") and item.name.endswith("[embedded]") and not long_wanted:
            item.add_marker(pytest.mark.skip(reason="starts the engine often: set MEMBERGRAPH_LONG=1"))
        if item.get_closest_marker("plans") and item.name.endswith("[neo4j]") and not long_wanted:
            item.add_marker(pytest.mark.skip(reason="Neo4j plans much for it: set MEMBERGRAPH_LONG=1"))
        if item.get_closest_marker("root") and (not hasattr(os, "geteuid") or os.geteuid() != 0):
            item.add_marker(pytest.mark.skip(reason="needs root"))
        if item.get_closest_marker("neo4j") and "neo4j" not in ENGINES:
            item.add_marker(pytest.mark.skip(reason="Neo4j does not run here"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_kind" in metafunc.fixturenames:
        only = {name for name in ("embedded", "neo4j") if metafunc.definition.get_closest_marker(name)}
        metafunc.parametrize("engine_kind", [kind for kind in ENGINES if not only or kind in only], scope="session")


@pytest.fixture(scope="session")
def neo4j_by_address() -> Iterator[neo4j_server.Neo4jServer]:
    """A running Neo4j Community, started from its jars unless MEMBERGRAPH_TEST_NEO4J_URI names one."""
    server = neo4j_server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def engine_settings(
    engine_kind: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GraphSettings]:
    """The settings of the engine under test, for tests that open a graph of their own on the same server."""
    directory = tmp_path_factory.mktemp("data")
    if engine_kind == "embedded":
        yield GraphSettings(data_dir=directory, heap="512m", own_bolt=OWN_BOLT)
    else:
        server = request.getfixturevalue("neo4j_by_address")
        yield GraphSettings(data_dir=directory, uri=server.uri, password=server.password, own_bolt=OWN_BOLT)
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
async def running_graph(engine_kind: str, engine_settings: GraphSettings) -> AsyncIterator[Graph]:
    """One migrated graph an engine, for the whole run; whatever an earlier test left is in it."""
    graph = await open_graph(engine_settings)
    _used.add(engine_kind)
    await migrate(graph, SystemClock())
    yield graph
    await graph.close()


@pytest.fixture
async def graph(running_graph: Graph) -> Graph:
    """An empty, migrated graph."""
    await wipe(running_graph)
    return running_graph


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """A data directory of the test's own."""
    return tmp_path / "data"
