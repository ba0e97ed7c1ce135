"""Segment's own SDKs deliver to a running service if their host is changed."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.engine import GraphSettings, open_graph
from graph.schema.doctor import check
from tests.engines.wiping import wipe
from tests.fetching.npm import installed
from tests.sdks.services import Running, environment, serving, settings_on, spoiling

HERE = Path(__file__).parent
SENDERS = ["python", "python gzip", "node"]
STORY = """{
  person(by: {identity: {kind: "user_id", value: "user-NAME"}}) {
    name email firstSeenAt identities { kind value }
    memberships(first: 10) { edges { node {
      organisation { name attributes events(first: 10) { edges { node { name properties } } } }
    } } }
    events(first: 50) { edges { node { name } } }
  }
}"""
QUALITY = "{ dataQuality { people organisations events rejectedRecords identityConflicts } }"


@pytest.fixture(scope="module")
def modules() -> Path:
    """The folder with Segment's SDK for Node, from npm."""
    return installed(HERE, "SEGMENT'S SDK FOR NODE NOT DRIVEN")


@pytest.fixture(scope="module")
async def service(
    engine_kind: str, engine_settings: GraphSettings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Running]:
    """A service on an empty graph. After the tests its graph must be healthy."""
    folder = tmp_path_factory.mktemp("service") / "data"
    own = GraphSettings(data_dir=folder, heap="512m") if engine_kind == "embedded" else engine_settings
    if own.uri:
        graph = await open_graph(own)
        await wipe(graph)
        await graph.close()
    with serving(**settings_on(own)) as running:
        yield running
        assert running.stop() == 0
    graph = await open_graph(own)
    assert await check(graph) == []
    await graph.close()


def send(sender: str, host: str, name: str, request: pytest.FixtureRequest) -> None:
    if sender == "node":
        modules: Path = request.getfixturevalue("modules")
        command = ["node", str(HERE / "send_node.cjs"), str(modules), host, name]
    else:
        command = [sys.executable, str(HERE / "send_python.py"), host, name, *sender.split()[1:]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment(), check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def quality(service: Running) -> Counter[str]:
    return Counter(service.ask(QUALITY)["dataQuality"])


def check_story(service: Running, name: str) -> None:
    """Check one person in two organisations, with each event in its own."""
    person = service.ask(STORY.replace("NAME", name))["person"]
    assert (person["name"], person["email"]) == ("Ann", f"{name}@acme.test")
    assert person["firstSeenAt"].startswith("2026-03-01T09:00:00")
    identities = {(one["kind"], one["value"]) for one in person["identities"]}
    aliased = {("anonymous_id", f"anon-{name}"), ("user_id", f"anon-{name}")}  # a cookie, and a former user id (I9)
    assert identities == {("user_id", f"user-{name}"), ("email", f"{name}@acme.test"), *aliased}
    organisations = {
        one["name"]: one for one in (edge["node"]["organisation"] for edge in person["memberships"]["edges"])
    }
    assert sorted(organisations) == ["Acme", "Beta"]
    assert organisations["Acme"]["attributes"]["employees"] == 42
    projects = {
        name: [
            edge["node"]["properties"] for edge in one["events"]["edges"] if edge["node"]["name"] == "Project Created"
        ]
        for name, one in organisations.items()
    }
    assert [[*each.values()] for each in projects["Acme"]] == [["p9"]]
    assert [[*each.values()] for each in projects["Beta"]] == [["p10"]]
    names = sorted(edge["node"]["name"] for edge in person["events"]["edges"])
    assert names == ["Landing Viewed", "Page Viewed", "Project Created", "Project Created", "Screen Viewed"]


ADDED = Counter(people=1, organisations=2, events=5)


@pytest.mark.parametrize("sender", SENDERS)
def test_an_sdk_delivers_by_changing_its_host(service: Running, sender: str, request: pytest.FixtureRequest):
    before, name = quality(service), sender.replace(" ", "-")
    send(sender, service.address, name, request)
    check_story(service, name)
    assert quality(service) - before == ADDED


@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.parametrize("sender", SENDERS)
def test_what_an_sdk_sends_again_is_not_doubled(
    service: Running, sender: str, status: int, request: pytest.FixtureRequest
):
    before, name = quality(service), f"{sender.replace(' ', '-')}-{status}"
    with spoiling(service.address, status) as (host, seen):
        send(sender, host, name, request)
    assert len(seen) >= 2
    assert {answered for _, answered in seen} == {200}
    assert {encoding for encoding, _ in seen} == ({"gzip"} if "gzip" in sender else {None})
    check_story(service, name)
    assert quality(service) - before == ADDED


def test_F9_an_sdk_is_never_made_to_send_a_batch_again_for_what_one_of_its_calls_holds(service: Running):
    before = quality(service)
    with spoiling(service.address) as (host, seen):
        command = [sys.executable, str(HERE / "send_awkward.py"), host, "awkward"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment(), check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {answered for _, answered in seen} == {200}
    assert quality(service) - before == Counter(people=1, events=4, rejectedRecords=3)
