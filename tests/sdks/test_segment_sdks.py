"""Segment's own SDKs, as their registries have them, deliver into a running service by changing their host."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.clock import SystemClock
from graph.engine import Graph, GraphSettings, open_graph
from graph.schema.doctor import check
from tests.engines.wiping import wipe
from tests.sdks.services import Running, environment, serving, spoiling

HERE = Path(__file__).parent
REQUIRED = os.environ.get("CI") == "true"
SENDERS = ["python", "python gzip", "node"]
STORY = """{
  person(by: {identity: {kind: "user_id", value: "user-1"}}) {
    name email firstSeenAt identities { kind value }
    memberships(first: 10) { edges { node {
      organisation { name attributes events(first: 10) { totalCount edges { node { name properties } } } }
    } } }
    events(first: 50) { totalCount edges { node { name occurredAt organisation { name } } } }
  }
  dataQuality { people organisations events rejectedRecords identityConflicts }
}"""


@pytest.fixture(scope="module")
def modules() -> Path:
    """The folder into which npm put Segment's SDK for Node."""
    if not (shutil.which("npm") and shutil.which("node")):
        if REQUIRED:
            pytest.fail("CI must drive Segment's SDK for Node, but there is no npm here")
        pytest.skip("SEGMENT'S SDK FOR NODE NOT DRIVEN: there is no npm here")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    lock = (HERE / "package-lock.json").read_bytes()
    folder = cache / "membergraph" / f"segment-sdk-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True, timeout=300)
        (folder / "done").touch()
    return folder


@pytest.fixture
async def engine(engine_kind: str, engine_settings: GraphSettings, tmp_path: Path) -> GraphSettings:
    """An empty graph for a service: a folder of its own, or the Neo4j of the tests, emptied."""
    if engine_kind == "embedded":
        return GraphSettings(data_dir=tmp_path / "data", heap="512m")
    graph = await open_graph(engine_settings)
    await wipe(graph)
    await graph.close()
    return engine_settings


@pytest.fixture
def service(engine: GraphSettings, tmp_path: Path) -> Iterator[Running]:
    settings = {"MEMBERGRAPH_DATA_DIR": str(tmp_path / "data")}
    if engine.uri:
        settings |= {"MEMBERGRAPH_NEO4J_URI": engine.uri, "MEMBERGRAPH_NEO4J_PASSWORD": engine.password}
    with serving(**settings) as running:
        yield running


def send(sender: str, host: str, request: pytest.FixtureRequest) -> None:
    if sender == "node":
        modules: Path = request.getfixturevalue("modules")
        command = ["node", str(HERE / "send_node.cjs"), str(modules), host, "WRITEKEY"]
    else:
        command = [sys.executable, str(HERE / "send_python.py"), host, "WRITEKEY", *sender.split()[1:]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment(), check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def told(service: Running) -> None:
    """One person, two organisations, and everything where it happened."""
    found = service.ask(STORY)
    person = found["person"]
    assert (person["name"], person["email"]) == ("Ann", "ann@acme.test")
    assert person["firstSeenAt"].startswith("2026-03-01T09:00:00")
    identities = {(one["kind"], one["value"]) for one in person["identities"]}
    assert identities == {("user_id", "user-1"), ("email", "ann@acme.test"), ("anonymous_id", "anon-7")}
    organisations = {
        edge["node"]["organisation"]["name"]: edge["node"]["organisation"] for edge in person["memberships"]["edges"]
    }
    assert set(organisations) == {"Acme", "Beta"}
    assert organisations["Acme"]["attributes"]["plan"] == "pro"
    assert organisations["Acme"]["attributes"]["employees"] == 42
    projects = {
        name: [edge["node"]["properties"] for edge in one["events"]["edges"]] for name, one in organisations.items()
    }
    assert [sorted(each.values()) for each in projects["Acme"]] == [["p9"]]
    assert [sorted(each.values()) for each in projects["Beta"]] == [["p10"]]
    names = sorted(edge["node"]["name"] for edge in person["events"]["edges"])
    assert names == ["Landing Viewed", "Page Viewed", "Project Created", "Project Created", "Screen Viewed"]
    quality = found["dataQuality"]
    assert quality == {"people": 1, "organisations": 2, "events": 5, "rejectedRecords": 0, "identityConflicts": 0}


@pytest.mark.parametrize("sender", SENDERS)
def test_an_sdk_delivers_by_changing_its_host(service: Running, sender: str, request: pytest.FixtureRequest):
    send(sender, service.address, request)
    told(service)


@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.parametrize("sender", SENDERS)
def test_what_an_sdk_sends_again_is_not_doubled(
    service: Running, sender: str, status: int, request: pytest.FixtureRequest
):
    with spoiling(service.address, status) as (host, seen):
        send(sender, host, request)
    assert len(seen) >= 2
    assert {answered for _, answered in seen} == {200}
    assert {encoding for encoding, _ in seen} == ({"gzip"} if "gzip" in sender else {None})
    told(service)


async def test_what_sdks_delivered_leaves_a_healthy_graph(
    engine: GraphSettings, tmp_path: Path, request: pytest.FixtureRequest
):
    settings = {"MEMBERGRAPH_DATA_DIR": str(tmp_path / "data")}
    if engine.uri:
        settings |= {"MEMBERGRAPH_NEO4J_URI": engine.uri, "MEMBERGRAPH_NEO4J_PASSWORD": engine.password}
    with serving(**settings) as running:
        send("python", running.address, request)
        assert running.stop() == 0
    graph: Graph = await open_graph(engine)
    assert SystemClock().now()
    assert await check(graph) == []
    await graph.close()
