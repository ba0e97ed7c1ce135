"""A wrong field of our own is refused alone, unless the meaning of the row depends on it (F5, F7)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from msgspec import UNSET

from graph.attributes.catalogue import Catalogue, Definition
from graph.facts import EntityFact, EventFact, MembershipFact, RowReader
from graph.facts.attribute_limits import AttributeLimits
from graph.times import iso, milliseconds, read_instant

NOW = milliseconds(datetime(2026, 11, 22, 12, tzinfo=UTC))
ANN: dict[str, Any] = {"type": "person", "identities": [{"kind": "user_id", "value": "ann"}]}
ACME: dict[str, Any] = {"type": "organisation", "identities": [{"kind": "organisation_id", "value": "acme"}]}
MEMBER: dict[str, Any] = {"type": "membership", "person": {"email": "a@x.test"}, "organisation": {"domain": "x.test"}}
LOGIN: dict[str, Any] = {"type": "event", "id": "1", "name": "Login", "person": {"email": "a@x.test"}}


def _read(row: Any) -> tuple[Any, list[tuple[str, list[str], bool]]]:
    reading = RowReader(Catalogue(), NOW)
    fact = reading.read(0, row)
    return fact, [(each.code, each.path, each.whole) for each in reading.rejections]


@pytest.mark.parametrize(
    ("row", "code", "path"),
    [
        (ANN | {"name": 5}, "WRONG_TYPE", ["name"]),
        (ANN | {"name": True}, "WRONG_TYPE", ["name"]),
        (ANN | {"name": {"first": "Ann"}}, "WRONG_TYPE", ["name"]),
        (ANN | {"name": ["Ann"]}, "WRONG_TYPE", ["name"]),
        (ANN | {"name": "x" * 2_001}, "VALUE_TOO_LARGE", ["name"]),
        (ANN | {"name": "A\x00nn"}, "BAD_VALUE", ["name"]),
        (ANN | {"name": "cut \ud83d"}, "BAD_VALUE", ["name"]),
        (ANN | {"attributes": {"name": 5}}, "WRONG_TYPE", ["attributes", "name"]),
        (ANN | {"email": 5}, "WRONG_TYPE", ["email"]),
        (ANN | {"email": "x" * 2_001 + "@x.test"}, "VALUE_TOO_LARGE", ["email"]),
        (ANN | {"firstSeenAt": 7}, "BAD_TIME", ["firstSeenAt"]),
        (ANN | {"firstSeenAt": "2023-02-29"}, "BAD_TIME", ["firstSeenAt"]),
        (ANN | {"firstSeenAt": "2023-02-28T10:00:00"}, "NO_OFFSET", ["firstSeenAt"]),
        (ANN | {"firstSeenAt": "0001-01-01T00:00:00Z"}, "ZERO_TIME", ["firstSeenAt"]),
        (ANN | {"firstSeenAt": "1970-01-01"}, "ZERO_TIME", ["firstSeenAt"]),
        (ANN | {"firstSeenAt": "9999-12-31T23:59:59-05:00"}, "BAD_TIME", ["firstSeenAt"]),
        (ANN | {"attributes": [1]}, "WRONG_TYPE", ["attributes"]),
        (ACME | {"domain": {"is": "x.test"}}, "WRONG_TYPE", ["domain"]),
        (ACME | {"parent": "beta"}, "BAD_IDENTITY", ["parent", "identity"]),
        (MEMBER | {"roles": "admin"}, "WRONG_TYPE", ["roles"]),
        (MEMBER | {"roles": ["admin", 5]}, "WRONG_TYPE", ["roles", "1"]),
        (MEMBER | {"role": {"is": "admin"}}, "WRONG_TYPE", ["role"]),
        (MEMBER | {"role": "x" * 201}, "VALUE_TOO_LARGE", ["role"]),
        (MEMBER | {"primary": "yes"}, "WRONG_TYPE", ["primary"]),
        (MEMBER | {"stage": 3}, "WRONG_TYPE", ["stage"]),
        (MEMBER | {"attributes": "none"}, "WRONG_TYPE", ["attributes"]),
        (LOGIN | {"properties": []}, "WRONG_TYPE", ["properties"]),
        (LOGIN | {"receivedAt": "then"}, "BAD_TIME", ["receivedAt"]),
    ],
)
def test_F5_a_wrong_field_is_refused_alone_and_the_rest_of_the_row_is_kept(
    row: Any, code: str, path: list[str]
) -> None:
    fact, refusals = _read(row)
    assert refusals == [(code, path, False)]
    assert isinstance(fact, EntityFact | MembershipFact | EventFact)


def test_F5_a_refused_field_says_nothing_rather_than_taking_back_what_was_said() -> None:
    fact, _ = _read(ANN | {"name": 5, "email": 7, "firstSeenAt": "2023-02-29", "attributes": {"plan": "pro"}})
    assert dict(fact.values) == {"plan": "pro"}
    fact, _ = _read(ACME | {"parent": 5})
    assert fact.parent is UNSET
    fact, _ = _read(MEMBER | {"role": 5, "roles": 5, "primary": 5, "stage": 5})
    assert (fact.roles, fact.primary, fact.stage) == (UNSET, UNSET, UNSET)


def test_F5_of_several_roles_the_good_ones_stay() -> None:
    fact, _ = _read(MEMBER | {"role": 5, "roles": ["admin", "", None, "owner", "admin"]})
    assert fact.roles == ("admin", "owner")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-03-01T09:00:00z", "2026-03-01T09:00:00Z"),
        ("2026-03-01t09:00:00.5z", "2026-03-01T09:00:00.500Z"),
        ("2026-03-01 09:00:00+0100", "2026-03-01T08:00:00Z"),
        ("2026-12-31T23:59:60Z", "2027-01-01T00:00:00Z"),
        ("2027-01-01T08:59:60.250+09:00", "2027-01-01T00:00:00.250Z"),
        ("2026-03-01T24:00:00Z", "2026-03-02T00:00:00Z"),
        ("2024-02-28T24:00z", "2024-02-29T00:00:00Z"),
        ("2026-12-31T24:00:00.000-01:00", "2027-01-01T01:00:00Z"),
    ],
)
def test_F7_times_are_read_as_RFC_3339_writes_them(written: str, read: str) -> None:
    assert iso(read_instant(written)) == read


@pytest.mark.parametrize("written", ["2026-03-01T24:00:01Z", "2026-03-01T25:00:00Z", "2026-03-01T09:60:00Z", "2026-03-01T09:00:61Z",
                                     "2026-02-29T24:00:00Z", "9999-12-31T24:00:00Z", "9999-12-31T23:59:60Z"])  # fmt: skip
def test_F7_what_no_calendar_has_stays_no_time(written: str) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        read_instant(written)


ZERO = ["0001-01-01", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+05:00", "0000-00-00", "0000-00-00 00:00:00"]


@pytest.mark.parametrize("written", [*ZERO, "9999-12-31", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-05:00",
                                     date(1, 1, 1), date(9999, 12, 31), datetime(1, 1, 1, tzinfo=UTC)])  # fmt: skip
def test_F7_a_zero_time_and_the_last_day_there_is_are_no_bound_of_a_membership(written: Any) -> None:
    fact, refusals = _read(MEMBER | {"since": "2026-01-01", "until": written})
    assert (iso(fact.since), fact.until, refusals) == ("2026-01-01T00:00:00Z", None, [])
    fact, refusals = _read(MEMBER | {"since": written, "until": "2026-01-01"})
    assert (fact.since, iso(fact.until), refusals) == (None, "2026-01-01T00:00:00Z", [])


def _bounded(rows: list[Any], limits: AttributeLimits) -> tuple[list[Any], list[tuple[int, str, list[str], bool]]]:
    reading = RowReader(Catalogue((Definition("event", "known", "text", source="crm"),)), NOW, limits=limits)
    facts = [reading.read(index, row) for index, row in enumerate(rows)]
    return facts, [(each.index, each.code, each.path, each.whole) for each in reading.rejections]


def test_F9_of_too_many_values_the_first_by_name_are_kept_whatever_their_order() -> None:
    names = [f"n{number}" for number in range(30)]
    for order in (names, names[::-1]):
        (fact,), refusals = _bounded([LOGIN | {"properties": dict.fromkeys(order, 1)}], AttributeLimits(values=3))
        assert (dict(fact.properties), refusals) == (
            {"n0": 1, "n1": 1, "n10": 1},
            [(0, "TOO_MANY_VALUES", ["properties"], False)],
        )


def test_F9_a_source_that_has_brought_too_many_names_brings_no_new_one() -> None:
    rows = [
        LOGIN | {"properties": {"a": 1, "known": 1}, "source": "crm"},
        LOGIN | {"properties": {"a": 2, "b": 1, "c": 1, "known": 2}, "source": "crm"},
        LOGIN | {"properties": {"d": 1, "e": 1}, "source": "public:page"},
        LOGIN | {"properties": {"f": 1}, "source": "app"},
    ]
    facts, refusals = _bounded(rows, AttributeLimits(names=2, public_names=1))
    assert [sorted(fact.properties) for fact in facts] == [["a", "known"], ["a", "known"], ["d"], ["f"]]
    assert refusals == [(1, "TOO_MANY_NAMES", ["properties"], False), (2, "TOO_MANY_NAMES", ["properties"], False)]
