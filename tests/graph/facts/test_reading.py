"""Unusable rows are refused with a code, a path and advice; the rest of a row or batch stays (F1, F5, F6, F7, F9)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.attributes.catalogue import Catalogue, Definition
from graph.facts import EntityFact, EventFact, RowReader
from graph.times import milliseconds

NOW = milliseconds(datetime(2026, 11, 22, 12, tzinfo=UTC))
ANN = {"type": "person", "identities": [{"kind": "user_id", "value": "u1"}]}
LOGIN = {"type": "event", "name": "Login", "occurredAt": "2026-11-20T10:00:00Z", "person": {"email": "ann@x.test"}}
MEMBER = {"type": "membership", "person": {"email": "ann@x.test"}, "organisation": {"domain": "x.test"}}


def _reading() -> RowReader:
    declared = Definition("person", "seats", "integer", "declared")
    rolled_up = Definition("organisation", "users", "integer", "rolled_up")
    return RowReader(Catalogue((declared, rolled_up)), NOW)


def _refusals(row: Any) -> list[tuple[str, list[str], bool]]:
    reading = _reading()
    reading.read(0, row)
    return [(each.code, each.path, each.whole) for each in reading.rejections]


@pytest.mark.parametrize(
    ("row", "code", "path"),
    [
        ("not an object", "BAD_ROW", []),
        ({"type": "persn"}, "BAD_ROW", ["type"]),
        (ANN | {"plan": "pro"}, "UNKNOWN_FIELD", ["plan"]),
        ({"type": "person", "identities": []}, "NO_IDENTITY", ["identities"]),
        (
            {"type": "person", "identities": [{"kind": "user_id", "value": " "}]},
            "EMPTY_IDENTITY",
            ["identities", "0", "value"],
        ),
        (
            {"type": "person", "identities": [{"kind": "user_id", "value": "null"}]},
            "BLOCKED_IDENTITY",
            ["identities", "0", "value"],
        ),
        (
            {"type": "person", "identities": [{"kind": "email", "value": "ann"}]},
            "BAD_EMAIL",
            ["identities", "0", "value"],
        ),
        (
            {"type": "organisation", "identities": [{"kind": "email", "value": "a@x.test"}]},
            "BAD_IDENTITY",
            ["identities", "0", "kind"],
        ),
        (ANN | {"observedAt": "yesterday"}, "BAD_TIME", ["observedAt"]),
        (ANN | {"observedAt": "2026-11-20T10:00:00"}, "NO_OFFSET", ["observedAt"]),
        (ANN | {"observedAt": "0001-01-01T00:00:00Z"}, "ZERO_TIME", ["observedAt"]),
        (MEMBER | {"since": "soon"}, "BAD_TIME", ["since"]),
        (MEMBER | {"until": "2026-02-30"}, "BAD_TIME", ["until"]),
        (MEMBER | {"type": "end_membership", "until": "0001-01-01"}, "ZERO_TIME", ["until"]),
        (LOGIN | {"occurredAt": "0001-01-01T00:00:00Z"}, "ZERO_TIME", ["occurredAt"]),
        (LOGIN | {"occurredAt": "0000-00-00"}, "ZERO_TIME", ["occurredAt"]),
        (LOGIN | {"occurredAt": "1970-01-01T00:00:00.400Z"}, "ZERO_TIME", ["occurredAt"]),
        (ANN | {"source": "a|b"}, "BAD_SOURCE", ["source"]),
        (MEMBER | {"since": "2026-02-01", "until": "2026-01-01"}, "END_BEFORE_BEGINNING", ["until"]),
        (MEMBER | {"since": "2026-01-01", "until": "2026-01-01"}, "END_BEFORE_BEGINNING", ["until"]),
        (MEMBER | {"person": {}}, "BAD_REFERENCE", ["person"]),
        (MEMBER | {"person": {"id": "p_1", "email": "a@x.test"}}, "BAD_REFERENCE", ["person"]),
        (LOGIN | {"name": ""}, "NO_NAME", ["name"]),
        (LOGIN | {"name": {"what": "Login"}}, "NO_NAME", ["name"]),
        (LOGIN | {"name": "cut \ud83d"}, "NO_NAME", ["name"]),
        (LOGIN | {"id": ["1"]}, "BAD_ID", ["id"]),
        (LOGIN | {"person": None}, "NO_SUBJECT", ["person"]),
        (LOGIN | {"occurredAt": None}, "NO_ID_AND_TIME", ["occurredAt"]),
        (LOGIN | {"occurredAt": "2026-11-22T12:06:00Z"}, "IN_THE_FUTURE", ["occurredAt"]),
        (
            {"type": "merge", "entity": "person", "identities": [{"kind": "crm", "value": "1"}]},
            "BAD_IDENTITY",
            ["identities"],
        ),
    ],
)
def test_F9_a_row_that_cannot_be_used_is_refused_with_code_and_path(row: Any, code: str, path: list[str]) -> None:
    assert _refusals(row) == [(code, path, True)]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (float("nan"), "NOT_A_NUMBER"),
        (float("inf"), "NOT_A_NUMBER"),
        (2**70, "NUMBER_TOO_LARGE"),
        ("x" * 5_000_000, "VALUE_TOO_LARGE"),
        ("2026-01-01T10:00:00", "NO_OFFSET"),
        ("\x00", "BAD_VALUE"),
        ("\ud800", "BAD_VALUE"),
        (object(), "BAD_VALUE"),
    ],
)
def test_AT03_a_bad_value_is_refused_alone_and_the_rest_of_the_row_is_kept(value: Any, code: str) -> None:
    reading = _reading()
    fact = reading.read(0, ANN | {"attributes": {"plan": "pro", "bad one": value}})
    assert isinstance(fact, EntityFact)
    assert dict(fact.values) == {"plan": "pro"}
    assert [(each.code, each.path, each.whole) for each in reading.rejections] == [
        (code, ["attributes", "bad one"], False)
    ]


def test_F5_a_value_of_the_wrong_type_for_a_declared_attribute_is_refused() -> None:
    assert _refusals(ANN | {"attributes": {"seats": "many"}}) == [("WRONG_TYPE", ["attributes", "seats"], False)]
    assert _refusals(ANN | {"attributes": {"seats": 5}}) == []


def test_a_name_that_is_computed_here_is_not_taken_from_a_source() -> None:
    row = {"type": "organisation", "identities": [{"kind": "crm", "value": "1"}], "attributes": {"Users": 5}}
    assert _refusals(row) == [("COMPUTED_NAME", ["attributes", "Users"], False)]


def test_F4_null_is_kept_to_remove_and_an_absent_key_says_nothing() -> None:
    fact = _reading().read(0, ANN | {"attributes": {"plan": None}})
    assert isinstance(fact, EntityFact)
    assert dict(fact.values) == {"plan": None}


def test_AT04_names_are_normalised_and_their_spelling_is_kept() -> None:
    fact = _reading().read(0, ANN | {"attributes": {"Plan Tier": "pro"}})
    assert isinstance(fact, EntityFact)
    assert (dict(fact.values), dict(fact.spellings)) == ({"plan_tier": "pro"}, {"plan_tier": "Plan Tier"})


def test_F6_an_event_without_an_id_is_named_by_its_source_and_content() -> None:
    first, again, other = (_reading().read(0, row) for row in (LOGIN, dict(LOGIN), LOGIN | {"source": "crm"}))
    assert isinstance(first, EventFact)
    assert isinstance(again, EventFact)
    assert isinstance(other, EventFact)
    assert first.id == again.id != other.id


def test_F6_the_same_id_of_two_sources_is_two_events() -> None:
    one, other = (_reading().read(0, LOGIN | {"id": "1", "source": source}) for source in ("crm", "app"))
    assert isinstance(one, EventFact)
    assert isinstance(other, EventFact)
    assert (one.id, other.id) == ("e_crm:1", "e_app:1")


def test_F7_a_bare_day_is_its_midnight_in_utc_and_offsets_are_turned_into_utc() -> None:
    day, offset = (_reading().read(0, LOGIN | {"occurredAt": at}) for at in ("2026-11-20", "2026-11-20T01:00:00+01:00"))
    assert isinstance(day, EventFact)
    assert isinstance(offset, EventFact)
    assert day.occurred == offset.occurred == milliseconds(datetime(2026, 11, 20, tzinfo=UTC))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
_fields = st.sampled_from(
    [
        "identities",
        "email",
        "name",
        "attributes",
        "person",
        "organisation",
        "since",
        "until",
        "occurredAt",
        "id",
        "roles",
        "source",
        "properties",
        "parent",
    ]
)


@given(
    st.sampled_from(["person", "organisation", "membership", "end_membership", "event", "merge"]),
    st.dictionaries(_fields, _json, max_size=5),
)
def test_F9_any_json_is_either_a_fact_or_a_refusal_and_never_a_crash(kind: str, row: dict[str, Any]) -> None:
    reading = _reading()
    fact = reading.read(3, row | {"type": kind})
    assert fact is not None or any(each.whole for each in reading.rejections)
    assert all(each.index == 3 and each.code and each.message for each in reading.rejections)
