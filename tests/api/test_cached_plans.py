"""Cached plans change no answer: after any requests, good or bad, a service answers like a new one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.app import ApiSettings, create_app
from graph.clock import FixedClock
from graph.engine import Graph
from graph.writer import Writer
from tests.api import world as worlds
from tests.api.conftest import Api, client_of

LEFT_OUT = object()
CRITERIA = ["arr >= 1", "plan = 'pro'", "name has any value", "nonsense >", "arr ==", "unknown_name = 1", "", None]
PEOPLE = ["score >= 1", "score has no value", "scor > 1", "any member (", None]
ORDERS = [
    {"attribute": "arr"},
    {"attribute": "plan", "direction": "DESC"},
    {"attribute": "name", "direction": None},
    {"attribute": "nobody"},
    {"attribute": "arr", "direction": "SIDEWAYS"},
    {"direction": "ASC"},
    None,
]
ROLL_UPS = [
    {"aggregation": "COUNT"},
    {"aggregation": "AVERAGE", "attribute": "score"},
    {"aggregation": "SUM", "attribute": "nobody"},
    {"aggregation": "COUNT", "where": "score > 1"},
    {"aggregation": "COUNT", "where": "score >"},
    {"aggregation": "COUNT", "source": "EVENTS", "windowDays": 7},
    {"aggregation": "COUNT", "source": "EVENTS", "windowDays": -7},
    {"aggregation": "FIRST", "source": None},
    {"aggregation": "GUESS"},
    None,
]
INSTANTS = ["2026-05-01T00:00:00Z", "2026-04-01T00:00:00+02:00", "yesterday", "2026-05-01", 7, None]
SIZES = [0, 1, 3, 50, -1, 201, "two", None]
NAMES = [["arr"], ["score", "nobody"], [], [None], "arr", None]
FLAGS = [True, False, "yes", None]
IDS = ["o_001", "p_003", "m_004", "e_0005", "p_old", "zz", "", None]

FIELDS: dict[str, tuple[str, dict[str, tuple[str, list[Any]]]]] = {
    "a criterion": (
        "organisations(first: 3, where: $w) { totalCount edges { node { id } } }",
        {"w": ("Criteria", CRITERIA)},
    ),
    "a criterion with a default": (
        "organisations(where: $w) { totalCount }",
        {"w": ('Criteria = "arr > 1"', CRITERIA)},
    ),
    "an order": ("organisations(first: 5, orderBy: $o) { edges { cursor node { id } } }", {"o": ("OrderBy", ORDERS)}),
    "parts of an order": (
        "people(first: 5, orderBy: {attribute: $a, direction: $d}) { edges { node { id } } }",
        {"a": ("String!", ["score", "name", "nobody", None]), "d": ("SortDirection", ["ASC", "DESC", "UP", None])},
    ),
    "a roll-up": ('organisation(by: {id: "o_001"}) { rollUp(of: $of) }', {"of": ("RollUpInput!", ROLL_UPS)}),
    "parts of a roll-up": (
        'organisation(by: {id: "o_002"}) { rollUp(of: {aggregation: $g, where: $w}, includeDescendants: $f) }',
        {
            "g": ("Aggregation!", ["COUNT", "COUNT_DISTINCT", "SUM", None]),
            "w": ("Criteria", PEOPLE),
            "f": ("Boolean", FLAGS),
        },
    ),
    "a part of a roll-up with a default": (
        'organisation(by: {id: "o_002"}) { rollUp(of: {aggregation: COUNT, source: $s}) }',
        {"s": ("RollUpSource", ["PEOPLE", "EVENTS", None])},
    ),
    "pages": (
        "people(first: $n, last: $l, search: $s) { totalCount edges { node { id } } pageInfo { hasNextPage } }",
        {"n": ("Int", SIZES), "l": ("Int", SIZES), "s": ("String", ["ann", "", "x y", 7, None])},
    ),
    "a cursor": (
        "people(first: 2, after: $c, where: $w) { edges { cursor } }",
        {"c": ("String", ["%%", "e30", None]), "w": ("Criteria", PEOPLE)},
    ),
    "whom": (
        "organisation(by: $by) { id name }",
        {
            "by": (
                "OrganisationRef!",
                [{"id": "o_001"}, {"domain": "acme1.test"}, {"id": None}, {}, {"id": "a", "domain": "b"}, None],
            )
        },
    ),
    "a part of whom": ("person(by: {id: $i}) { id name }", {"i": ('ID! = "p_001"', IDS)}),
    "a node": ("node(id: $i) { id __typename }", {"i": ("ID!", IDS)}),
    "nodes": ("nodes(ids: $is) { id }", {"is": ("[ID!]!", [IDS[:3], ["p_001"], [None], "o_002", [], None])}),
    "nodes written": ('nodes(ids: ["o_001", $i]) { id }', {"i": ('ID = "m_001"', IDS)}),
    "a filter": (
        "events(first: 3, filter: $f) { totalCount edges { node { id } } }",
        {
            "f": (
                "EventFilter",
                [
                    {"names": ["Login"]},
                    {"names": None},
                    {"from": "2026-05-20T00:00:00Z"},
                    {"organisation": "o_001", "names": ["Login"]},
                    {"to": "never"},
                    {"nobody": 1},
                    None,
                ],
            )
        },
    ),
    "parts of a filter": (
        "events(first: 3, filter: {names: $ns, from: $t, organisation: $i}) { totalCount }",
        {"ns": ("[String!]", NAMES), "t": ("DateTime", INSTANTS), "i": ("ID", IDS)},
    ),
    "spells": (
        'person(by: {id: "p_001"}) { attributes(names: $ns) memberships(current: $c, asOf: $t) { totalCount } }',
        {"ns": ("[String!]", NAMES), "c": ("Boolean", FLAGS), "t": ("DateTime", INSTANTS)},
    ),
    "events of others": (
        'person(by: {id: "p_003"}) { events(first: 2, withOrganisationEvents: $f) { totalCount } }',
        {"f": ("Boolean", FLAGS)},
    ),
    "what is skipped": (
        "people(first: 1) @include(if: $f) { edges { node { id email @skip(if: $g) } } }",
        {"f": ("Boolean!", FLAGS), "g": ("Boolean! = true", FLAGS)},
    ),
    "what a fragment holds": (
        "...F @skip(if: $g)",
        {"g": ("Boolean!", FLAGS), "w": ("Criteria", CRITERIA)},
    ),
}
FRAGMENT = " fragment F on Query { organisations(first: 1, where: $w) { totalCount } }"


@st.composite
def conversations(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """Draw a document of a few fields, and several sets of variables for it."""
    chosen = draw(st.lists(st.sampled_from(sorted(FIELDS)), min_size=1, max_size=2, unique=True))
    declared: dict[str, str] = {}
    values: dict[str, st.SearchStrategy[Any]] = {}
    parts = []
    for at, name in enumerate(chosen):
        text, variables = FIELDS[name]
        fragment = text.startswith("...")
        for variable, (type_, pool) in variables.items():
            own = variable if fragment else f"{variable}{at}"
            declared[own] = type_
            values[own] = st.sampled_from([*pool, LEFT_OUT])
            text = text if fragment else text.replace(f"${variable}", f"${own}")
        parts.append(text if fragment else f"k{at}: {text}")
    head = ", ".join(f"${name}: {type_}" for name, type_ in declared.items())
    document = f"query P({head}) {{ {' '.join(parts)} }}{FRAGMENT if '...F' in ' '.join(parts) else ''}"
    sent = draw(st.lists(st.fixed_dictionaries(values), min_size=4, max_size=8))
    return document, [{key: one for key, one in each.items() if one is not LEFT_OUT} for each in sent]


async def _response(client: httpx2.AsyncClient, document: str, variables: dict[str, Any]) -> tuple[int, Any]:
    answer = await client.post("/graphql", json={"query": document, "variables": variables})
    return answer.status_code, answer.json()


@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=conversations())
async def test_an_answer_is_that_of_a_service_which_was_never_asked_before(
    filled: Api, writer: Writer, clock: FixedClock, tmp_path: Path, drawn: tuple[str, list[dict[str, Any]]]
) -> None:
    document, conversation = drawn
    settings_ = ApiSettings(keys=tmp_path / "keys.json")
    served = create_app(filled.graph, writer, None, clock, settings_)  # type: ignore[arg-type]
    async with client_of(served) as one, client_of(served) as other:
        for position, variables in enumerate(conversation):
            untouched = create_app(filled.graph, writer, None, clock, settings_)  # type: ignore[arg-type]
            async with client_of(untouched) as first:
                expected = await _response(first, document, variables)
            assert expected[0] == 200, expected
            assert await _response((one, other)[position % 2], document, variables) == expected, (document, variables)


POISONS = {
    "a criterion": ("query P($v: Criteria) { organisations(first: 3, where: $v) { totalCount } }", "nonsense >"),
    "an order": (
        "query P($v: OrderBy) { organisations(first: 3, orderBy: $v) { edges { node { id } } } }",
        {"attribute": "nobody"},
    ),
    "a roll-up": (
        'query P($v: RollUpInput!) { organisation(by: {id: "o_001"}) { rollUp(of: $v) } }',
        {"aggregation": "SUM", "attribute": "nobody"},
    ),
}
GOOD = {
    "a criterion": ["arr >= 100", "plan = 'pro'", None],
    "an order": [{"attribute": "arr"}, {"attribute": "arr", "direction": "DESC"}],
    "a roll-up": [{"aggregation": "COUNT"}, {"aggregation": "MAX", "attribute": "score"}],
}


@pytest.mark.parametrize("what", POISONS)
async def test_a_bad_value_does_not_make_later_values_alike(filled: Api, what: str):
    document, bad = POISONS[what]
    refused = await filled.ask(document, v=bad)
    assert "errors" in refused
    answers = [await filled.data(document, v=value) for value in GOOD[what]]
    assert len({str(answer) for answer in answers}) == len(answers), answers
    assert await filled.ask(document, v=bad) == refused


async def test_a_new_attribute_is_seen_by_a_plan_that_was_kept_before(filled: Api, graph: Graph):
    document = "query P($w: Criteria) { organisations(where: $w) { totalCount } }"
    assert await filled.code(document, w="colour = 'red'") == "INVALID_CRITERION"
    row = {"identities": [{"kind": "domain", "value": "red.test"}], "attributes": {"colour": "red"}}
    await filled.data(
        "mutation($o: [OrganisationInput!]!) { upsertOrganisations(organisations: $o) { created } }", o=[row]
    )
    assert (await filled.data(document, w="colour = 'red'"))["organisations"]["totalCount"] == 1


def test_the_world_has_what_the_values_ask_about():
    world = worlds.make()
    assert {"o_001", "o_002"} <= set(world.organisations)
    assert {"p_001", "p_003", "p_old"} <= set(world.people)
