"""Odd names and values that are accepted are read back as they were sent, through GraphQL (F5)."""

from __future__ import annotations

from typing import Any

import pytest

from graph.attributes.names import normalise
from graph.writer import Writer
from tests.api.conftest import Api
from tests.graph.writer.company import event, membership, organisation, person

READ = """query($p: ID!, $o: ID!) {
  organisation(by: {id: $o}) { attributes }
  person(by: {id: $p}) { attributes
    memberships { edges { node { attributes } } } events { edges { node { properties } } } } }"""
NAMES = (
    "a`b", "$set", "{x}", "a'b\"c", "naïve", "ß", "İ", "ﬁ", "数", "१२", "e\u0301", "\u202eabc", "a😀", "1abc", "__proto__", "@rid",
    "@class", "null", "id", "Words", "provenance", "hash", "firstSeenAt", "mergedInto", "roles", "stage", "x" * 200,
)  # fmt: skip
AS_SENT: tuple[Any, ...] = (
    2**63 - 1, -(2**63), 0, 1.5, 1e308, 5e-324, -1e-300, True, False, "", " ", "😀", "a\nb\t\r", "\u202e", "\u2028", "\ufffd", "`'\"\\",
    "x" * 99_000, "é" * 40_000, "9999-12-31", "0001-01-01", "2026-02-30", "10000-01-01", "2026-01-01T09:00:00Z", [], ["a", "b"], [1, 2], [1.5, 2.5],
    [True, False], ["2026-01-01", "2026-01-02"], {"a": {"b": [1, None, "x"]}}, {"": ""}, [[1], [2]], [None, 1], {}, ["x" * 9_000] * 10,
    list(range(3_000)), {"\u202e": "😀"},
)  # fmt: skip
OTHERWISE: tuple[tuple[Any, Any], ...] = (
    (-0.0, 0.0),  # zero has no sign
    ([1, "a", True], ["1", "a", "true"]),  # a list has one type
    ((1, 2), [1, 2]),
    ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999Z"),  # milliseconds are kept
    ("2026-01-01T09:00:00+02:00", "2026-01-01T07:00:00Z"),  # instants leave in UTC
)
REFUSED: tuple[Any, ...] = (2**63, float("nan"), float("inf"), "a\x00b", "\ud800", ["\udfff"], "x" * 100_001, object())


def values() -> dict[str, tuple[Any, Any]]:
    """Return what is sent and what is read under each name."""
    pairs = [*((value, value) for value in AS_SENT), *OTHERWISE]
    named = {name: (f"of {name}", f"of {name}") for name in NAMES}
    return named | {f"value_{place}": pair for place, pair in enumerate(pairs)}


def same(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal and of the same types: 1, 1.0 and true are three."""
    return repr(one) == repr(other)


@pytest.mark.parametrize("entity", ["person", "organisation", "membership", "event"])
async def test_what_is_accepted_is_read_back_as_it_was_sent(api: Api, writer: Writer, entity: str) -> None:
    sent = {name: value for name, (value, _) in values().items()}
    sent |= {f"refused_{place}": value for place, value in enumerate(REFUSED)}
    given = {each: sent if each == entity else {} for each in ("person", "organisation", "membership", "event")}
    outcome = await writer.submit([
        person("user_id:ann", attributes=given["person"]),
        organisation("organisation_id:acme", attributes=given["organisation"]),
        membership("user_id:ann", "organisation_id:acme", attributes=given["membership"]),
        event("Login", "2026-05-01T09:00:00Z", "user_id:ann", "organisation_id:acme", properties=given["event"]),
    ])  # fmt: skip
    assert outcome.rejected == []
    assert sorted(each.path[-1] for each in outcome.warnings) == [f"refused_{n}" for n in range(len(REFUSED))]
    found = await api.data(READ, p=outcome.ids[0], o=outcome.ids[1])
    read = read_from(found, entity)
    expected = {normalise(name): value for name, (_, value) in values().items() if value is not None}
    assert read.keys() == expected.keys()
    assert {name: (read[name], value) for name, value in expected.items() if not same(read[name], value)} == {}


def read_from(found: dict[str, Any], entity: str) -> dict[str, Any]:
    match entity:
        case "membership":
            (edge,) = found["person"]["memberships"]["edges"]
            return dict(edge["node"]["attributes"])
        case "event":
            (edge,) = found["person"]["events"]["edges"]
            return dict(edge["node"]["properties"])
        case _:
            return dict(found[entity]["attributes"])
