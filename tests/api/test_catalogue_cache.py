"""The cached catalogue includes all commits of this process. Commits that do not change it cause no read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

import queries
from api.graphql.catalogue_cache import CatalogueCache
from graph.engine import Graph
from graph.writer import Writer

EVENTS = "mutation($e: [EventInput!]!) { trackEvents(events: $e) { created rejected { message } } }"
READ = "{ events(first: 1) { edges { node { properties } } } }"


class Overtaken:
    """The graph, with an action between a read of the catalogue and the return of that read."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.reads = 0
        self.meanwhile: Callable[[], Awaitable[Any]] | None = None

    async def query(self, text: str, parameters: Mapping[str, Any], **more: Any) -> list[dict[str, Any]]:
        rows = await self._graph.query(text, parameters, **more)
        if text == queries.text("catalogue/all"):
            self.reads += 1
            meanwhile, self.meanwhile = self.meanwhile, None
            if meanwhile is not None:
                await meanwhile()
        return rows

    def __getattr__(self, name: str) -> Any:
        return getattr(self._graph, name)


@pytest.fixture
def overtaken(graph: Graph, writer: Writer) -> tuple[Overtaken, CatalogueCache]:
    over = Overtaken(graph)
    cache = CatalogueCache(over)  # type: ignore[arg-type]
    writer.on_definitions(cache.invalidate)
    return over, cache


def _person(name: str, **attributes: Any) -> dict[str, Any]:
    identity = {"kind": "user_id", "value": name}
    return {"type": "person", "identities": [identity], "source": "crm", "attributes": attributes}


def _event(number: int, value: Any) -> dict[str, Any]:
    return {
        "name": "Seen",
        "occurredAt": f"2026-05-31T10:00:{number:02}Z",
        "person": {"identity": {"kind": "user_id", "value": "ann"}},
        "properties": {f"nested{number}": value},
    }


async def test_a_property_told_a_moment_ago_is_read_as_the_json_it_is(api):
    for number in range(12):
        result = (await api.data(EVENTS, e=[_event(number, {"a": number})]))["trackEvents"]
        assert result == {"created": 1, "rejected": []}
        (edge,) = (await api.data(READ))["events"]["edges"]
        assert edge["node"]["properties"] == {f"nested{number}": {"a": number}}


async def test_a_type_that_widens_is_known_at_once(overtaken, writer):
    _, cache = overtaken
    await writer.submit([_person("ann", seats=1)])
    assert (await cache.catalogue()).find("person", "seats").type == "integer"
    await writer.submit([_person("bob", seats={"from": 1})])
    assert (await cache.catalogue()).find("person", "seats").type == "json"


async def test_a_commit_that_lands_while_the_catalogue_is_read_is_in_the_next_answer(overtaken, writer):
    over, cache = overtaken
    over.meanwhile = lambda: writer.submit([_person("ann", seats=1)])
    assert (await cache.catalogue()).find("person", "seats") is None
    assert (await cache.catalogue()).find("person", "seats") is not None


async def test_a_reading_that_was_overtaken_by_a_later_one_is_forgotten(overtaken, writer):
    over, cache = overtaken

    async def overtake() -> None:
        await writer.submit([_person("ann", seats=1)])
        assert (await cache.catalogue()).find("person", "seats") is not None

    over.meanwhile = overtake
    assert (await cache.reload()).find("person", "seats") is not None
    assert (await cache.catalogue()).find("person", "seats") is not None


async def test_commits_that_change_nothing_of_it_cost_reads_nothing(overtaken, writer):
    over, cache = overtaken
    await writer.submit([_person("ann", seats=1)])
    first = await cache.catalogue()
    for name in ("bob", "cyd", "dee"):
        await writer.submit([_person(name, seats=2)])
        assert await cache.catalogue() is first
    assert over.reads == 1


async def test_f4_a_new_precedence_is_known_at_once(overtaken, writer):
    _, cache = overtaken
    await writer.submit([_person("ann", seats=1)])
    await cache.catalogue()
    await writer.set_precedence("person", "seats", ["billing", "crm"])
    assert (await cache.catalogue()).find("person", "seats").sources == ("billing", "crm")
