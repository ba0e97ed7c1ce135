"""The questions of the read benchmark, for Membergraph, for @neo4j/graphql in two forms, and in Cypher."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson

Json = Any


@dataclass(frozen=True)
class ReadQuestion:
    """One read. Its `as_…` functions bring the answers into one form, to compare them."""

    name: str
    statement: str
    membergraph: str
    connections: str
    lists: str
    as_membergraph: Callable[[Json], Json]
    as_connections: Callable[[Json], Json]
    as_lists: Callable[[Json], Json]
    latency: float
    processor: float
    throughput: float
    driver: float | None
    """Target for the time relative to the bare driver's, or None."""

    def bodies(self, id_: str) -> dict[str, bytes]:
        """Return the body of the request for each server; `id_` is the organisation of the one row."""
        variables = {"id": id_} if self.name == "one row" else {}
        documents = {"ours": self.membergraph, "connections": self.connections, "lists": self.lists}
        return {server: orjson.dumps({"query": query, "variables": variables}) for server, query in documents.items()}


def _nodes(connection: Json) -> list[Json]:
    return [edge["node"] for edge in connection["edges"]]


def _nested_membergraph(data: Json) -> Json:
    found = _nodes(data["organisations"])
    return [{**each, "members": _nodes(each["members"])} for each in found]


def _nested_connections(data: Json) -> Json:
    found = _nodes(data["organisationsConnection"])
    return [
        {**each, "members": [_member(m, _nodes(m["personConnection"])) for m in _nodes(each["membersConnection"])]}
        for each in found
    ]


def _nested_lists(data: Json) -> Json:
    return [
        {**_without(each, "membersConnection"), "members": [_member(m, m["person"]) for m in each["members"]]}
        for each in data["organisations"]
    ]


def _member(membership: Json, people: list[Json]) -> Json:
    return {"role": membership["role"], "person": people[0]}


def _without(row: Json, name: str) -> Json:
    return {key: value for key, value in row.items() if key != name}


NESTED = ReadQuestion(
    name="nested",
    statement="nested",
    membergraph="""{ organisations(first: 50) { edges { node {
  id name domain
  members: memberships(first: 10) { edges { node { role person { id name email } } } }
  events: rollUp(of: {aggregation: COUNT, source: EVENTS})
  created: rollUp(of: {aggregation: COUNT, source: EVENTS, eventName: "Project Created"})
} } } }""",
    connections="""{ organisationsConnection(first: 50, sort: [{id: ASC}]) { edges { node {
  id name domain
  membersConnection(first: 10, sort: [{node: {id: ASC}}]) { edges { node { role personConnection { edges { node { id name email } } } } } }
  events created
} } } }""",
    lists="""{ organisations(limit: 50, sort: [{id: ASC}]) {
  id name domain
  members(limit: 10, sort: [{id: ASC}]) { role person { id name email } }
  events created
} }""",
    as_membergraph=_nested_membergraph,
    as_connections=lambda data: [_without(each, "membersConnection") for each in _nested_connections(data)],
    as_lists=_nested_lists,
    latency=0.4,
    processor=1 / 8,
    throughput=4,
    driver=1.2,
)

WIDE = ReadQuestion(
    name="wide",
    statement="wide",
    membergraph="{ people(first: 200) { edges { node { id name email } } } }",
    connections="{ peopleConnection(first: 200, sort: [{id: ASC}]) { edges { node { id name email } } } }",
    lists="{ people(limit: 200, sort: [{id: ASC}]) { id name email } }",
    as_membergraph=lambda data: _nodes(data["people"]),
    as_connections=lambda data: _nodes(data["peopleConnection"]),
    as_lists=lambda data: data["people"],
    latency=0.4,
    processor=1 / 8,
    throughput=4,
    driver=None,
)

ONE = ReadQuestion(
    name="one row",
    statement="one",
    membergraph="query One($id: ID!) { organisation(by: {id: $id}) { id name domain } }",
    connections="query One($id: ID!) { organisationsConnection(first: 1, where: {id: {eq: $id}}) { edges { node { id name domain } } } }",
    lists="query One($id: ID!) { organisations(limit: 1, where: {id: {eq: $id}}) { id name domain } }",
    as_membergraph=lambda data: [data["organisation"]],
    as_connections=lambda data: _nodes(data["organisationsConnection"]),
    as_lists=lambda data: data["organisations"],
    latency=0.65,
    processor=2 / 5,
    throughput=1.8,
    driver=1.5,
)

QUESTIONS = (NESTED, WIDE, ONE)
