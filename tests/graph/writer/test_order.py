"""The same facts in any order and batching, twice, give the same graph (F2, F3)."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.engine import Graph
from tests.graph.writer.shuffling import NOW, few_examples, same_in_any_order, written

Row = dict[str, Any]

_times = st.integers(0, 60).map(lambda days: (NOW - timedelta(days=days, hours=3)).isoformat())
_people = st.sampled_from(
    [
        ("user_id", "u1"),
        ("user_id", "u2"),
        ("user_id", "ü3"),
        ("email", "a@x.test"),
        ("email", "b@x.test"),
        ("anonymous_id", "k1"),
        ("anonymous_id", "k2"),
    ]
)
_organisations = st.sampled_from(
    [
        ("organisation_id", "acme"),
        ("organisation_id", "beta"),
        ("domain", "acme.test"),
        ("domain", "beta.test"),
        ("hubspot_company", "h1"),
    ]
)
_sources = st.sampled_from(["crm", "product", "billing"])
_scalars = st.one_of(
    st.integers(0, 3),
    st.sampled_from(["x", "2026-01-01", None, "n/a", "-", "0001-01-01"]),
    st.booleans(),
    st.floats(0, 1),
)
_values = st.one_of(_scalars, st.lists(st.sampled_from([1, 0.5, "x", "n/a"]), max_size=2))


def _identity(pair: tuple[str, str]) -> dict[str, str]:
    return {"kind": pair[0], "value": pair[1]}


@st.composite
def _entity(draw: st.DrawFn) -> Row:
    person = draw(st.booleans())
    kinds = _people if person else _organisations
    row: Row = {
        "type": "person" if person else "organisation",
        "identities": [_identity(each) for each in draw(st.lists(kinds, min_size=1, max_size=3, unique=True))],
        "source": draw(_sources),
        "observedAt": draw(_times),
        "attributes": draw(st.dictionaries(st.sampled_from(["plan", "Seats Used", "arr"]), _values, max_size=2)),
    }
    if draw(st.booleans()):
        row["firstSeenAt"] = draw(_times)
    if not person and draw(st.booleans()):
        row["parent"] = _identity(draw(_organisations))
    return row


@st.composite
def _membership(draw: st.DrawFn) -> Row:
    row: Row = {
        "type": "membership",
        "person": {"identity": _identity(draw(_people))},
        "organisation": {"identity": _identity(draw(_organisations))},
        "source": draw(_sources),
        "observedAt": draw(_times),
    }
    bounds = sorted(draw(st.lists(_times, max_size=2, unique=True)))
    if len(bounds) == 2:
        row["since"], row["until"] = bounds
    elif bounds:
        row[draw(st.sampled_from(["since", "until"]))] = bounds[0]
    if draw(st.booleans()):
        row["roles"] = draw(st.lists(st.sampled_from(["admin", "owner", "buyer"]), max_size=2))
    if draw(st.booleans()):
        row["primary"] = draw(st.booleans())
    row["attributes"] = draw(st.dictionaries(st.sampled_from(["title"]), _values, max_size=1))
    return row


@st.composite
def _end(draw: st.DrawFn) -> Row:
    return {
        "type": "end_membership",
        "person": {"identity": _identity(draw(_people))},
        "organisation": {"identity": _identity(draw(_organisations))},
        "source": draw(_sources),
        "until": draw(_times),
        "observedAt": draw(_times),
    }


@st.composite
def _event(draw: st.DrawFn) -> Row:
    row: Row = {
        "type": "event",
        "name": draw(st.sampled_from(["Login", "Project Created"])),
        "occurredAt": draw(_times),
        "source": draw(_sources),
        "properties": draw(st.dictionaries(st.sampled_from(["amount", "kind"]), _values, max_size=1)),
    }
    who, where = draw(st.sampled_from([(True, False), (True, True), (False, True)]))
    if who:
        row["identities"] = [_identity(each) for each in draw(st.lists(_people, min_size=1, max_size=2, unique=True))]
    if where:
        row["organisation"] = {"identity": _identity(draw(_organisations))}
    return row


facts = st.lists(
    st.one_of(_entity(), _membership(), _event(), _end(), _membership(), _event()), min_size=1, max_size=14
)


@few_examples(20)
@given(rows=facts, seed=st.integers(0, 1_000))
async def test_F3_facts_in_any_order_and_batching_and_twice_give_the_same_graph(
    graph: Graph, rows: list[Row], seed: int
) -> None:
    await same_in_any_order(graph, rows, seed)


@pytest.mark.long
@few_examples(50)
@given(rows=facts, seed=st.integers(0, 1_000))
async def test_F3_many_more_facts_in_any_order_and_batching_and_twice_give_the_same_graph(
    graph: Graph, rows: list[Row], seed: int
) -> None:
    await same_in_any_order(graph, rows, seed)


_one_property = st.lists(
    st.one_of(
        _values,
        st.sampled_from(
            [2**53 + 1, -(2**60), 5, 5.0, "5", [5, 0.5], [True], ["x", 0.5], {"a": 1}, "2026-01-01T00:00:00Z"]
        ),
    ),
    min_size=2,
    max_size=5,
)


def _events_with(values: list[Any]) -> list[Row]:
    return [
        {
            "type": "event",
            "id": f"e{number}",
            "name": "Login",
            "occurredAt": NOW.isoformat(),
            "source": "product",
            "properties": {"amount": value},
            "organisation": {"identity": _identity(("domain", "acme.test"))},
        }
        for number, value in enumerate(values)
    ]


@few_examples(5)
@given(values=_one_property, seed=st.integers(0, 1_000))
async def test_F5_a_property_of_events_widens_to_the_same_values_in_any_order(
    graph: Graph, values: list[Any], seed: int
) -> None:
    await same_in_any_order(graph, _events_with(values), seed)


@pytest.mark.parametrize("values", [[["x", 0.5], True], [True, "x", [1]], [2**53 + 1, 0.5, "x"]], ids=str)
async def test_F5_a_raw_value_that_a_narrower_type_hid_is_read_again_when_the_type_widens(
    graph: Graph, values: list[Any]
) -> None:
    rows = _events_with(values)
    at_once = await written(graph, [rows])
    for order in permutations(rows):
        assert await written(graph, [[row] for row in order]) == at_once
