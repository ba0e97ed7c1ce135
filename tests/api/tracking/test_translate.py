"""Each of Segment's calls becomes the rows that its specification means (F6, F7, M1, E1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from api.tracking.calls import BATCH, BadCall, Call, decode_batch
from api.tracking.translate import rows_of_call
from tests.api.tracking.calls import capture

NOW = datetime(2026, 11, 21, 23, 35, 1, tzinfo=UTC)
ANN = {"kind": "user_id", "value": "user-1"}
ACME = {"kind": "organisation_id", "value": "org-acme"}


def translated(call: dict[str, Any], received_at: datetime = NOW) -> list[dict[str, Any]]:
    found = rows_of_call(msgspec.convert(call, Call), received_at, "segment")
    assert not isinstance(found, BadCall)
    return found


def test_identify_is_a_person():
    traits = {
        "email": "ann@acme.test",
        "name": "Ann",
        "createdAt": "2026-03-01T09:00:00+00:00",
        "plan": "pro",
        "company": {"name": "Acme"},
    }
    call = {
        "type": "identify",
        "userId": "user-1",
        "anonymousId": None,
        "timestamp": "2026-03-01T09:00:00Z",
        "traits": traits,
    }
    assert translated(call) == [
        {
            "type": "person", "identities": [ANN], "name": "Ann", "email": "ann@acme.test", "firstSeenAt": "2026-03-01T09:00:00+00:00",
            "attributes": {"plan": "pro", "company": {"name": "Acme"}}, "observedAt": "2026-03-01T09:00:00+00:00", "source": "segment",
        }
    ]  # fmt: skip


def test_both_ids_of_an_identify_are_identities():
    (row,) = translated({"type": "identify", "userId": 7, "anonymousId": "anon"})
    assert row["identities"] == [{"kind": "user_id", "value": "7"}, {"kind": "anonymous_id", "value": "anon"}]


def test_traits_may_stand_in_the_context_alone_as_rudderstack_sends_them():
    (row,) = translated({"type": "identify", "userId": "user-1", "context": {"traits": {"email": "ann@acme.test"}}})
    assert row["email"] == "ann@acme.test"


def test_an_explicit_null_removes_and_an_absent_trait_says_nothing():
    (row,) = translated({"type": "identify", "userId": "user-1", "traits": {"plan": None, "email": None}})
    assert row["attributes"] == {"plan": None}
    assert row["email"] is None
    assert "name" not in row


@pytest.mark.parametrize(
    ("created", "first_seen"),
    [("2026-03-01", "2026-03-01"), (1772355600, "2026-03-01T09:00:00+00:00"), (1772355600000, "2026-03-01T09:00:00+00:00"),
     ("2026-03-01T09:00:00", None), ("long ago", None), (True, None), ({}, None), ("2026-13-01", None), ("2026-W10-1", None)],
)  # fmt: skip
def test_created_at_is_the_beginning_where_it_is_a_time_and_else_an_attribute(created: object, first_seen: str | None):
    (row,) = translated({"type": "identify", "userId": "user-1", "traits": {"createdAt": created}})
    assert row.get("firstSeenAt") == first_seen
    assert row.get("attributes") == (None if first_seen else {"createdAt": created})


def test_a_name_is_made_of_its_parts_where_it_is_not_given():
    (row,) = translated({"type": "identify", "userId": "user-1", "traits": {"firstName": "Ann", "lastName": "Lee"}})
    assert row["name"] == "Ann Lee"
    assert row["attributes"] == {"firstName": "Ann", "lastName": "Lee"}


def test_group_is_an_organisation_and_a_membership():
    call = {
        "type": "group",
        "userId": "user-1",
        "groupId": "org-acme",
        "traits": {"name": "Acme", "plan": "pro", "domain": "acme.test"},
    }
    assert translated(call) == [
        {"type": "organisation", "identities": [ACME], "name": "Acme", "domain": "acme.test", "attributes": {"plan": "pro"}, "source": "segment"},
        {"type": "membership", "person": {"identity": ANN}, "organisation": {"identity": ACME}, "source": "segment"},
    ]  # fmt: skip


def test_a_group_without_a_person_is_an_organisation_alone_and_with_both_ids_joins_them():
    assert [row["type"] for row in translated({"type": "group", "groupId": "org-acme"})] == ["organisation"]
    both = translated({"type": "group", "groupId": "org-acme", "userId": "user-1", "anonymousId": "anon"})
    assert [row["type"] for row in both] == ["organisation", "person", "membership"]
    anonymous = translated({"type": "group", "groupId": "org-acme", "anonymousId": "anon"})
    assert anonymous[-1]["person"] == {"identity": {"kind": "anonymous_id", "value": "anon"}}


def test_two_groups_of_one_user_are_two_memberships():
    found = [
        row
        for group in ("org-acme", "org-beta")
        for row in translated({"type": "group", "userId": "user-1", "groupId": group})
    ]
    assert [row["organisation"]["identity"]["value"] for row in found if row["type"] == "membership"] == [
        "org-acme",
        "org-beta",
    ]


def test_track_is_an_event_in_the_organisation_of_its_context():
    call = {
        "type": "track", "userId": "user-1", "event": "Project Created", "properties": {"projectId": "p9"}, "messageId": "m-1",
        "context": {"groupId": "org-acme", "ip": "10.1.2.3"}, "groupId": "org-other", "timestamp": "2026-03-01T09:00:00Z",
    }  # fmt: skip
    assert translated(call) == [
        {
            "type": "event", "id": "m-1", "name": "Project Created", "occurredAt": "2026-03-01T09:00:00+00:00", "person": {"identity": ANN},
            "organisation": {"identity": ACME}, "properties": {"projectId": "p9"}, "source": "segment",
        }
    ]  # fmt: skip


def test_a_group_id_at_the_top_serves_where_the_context_has_none():
    (row,) = translated({"type": "track", "userId": "user-1", "event": "E", "groupId": "org-acme", "messageId": "m"})
    assert row["organisation"] == {"identity": ACME}


def test_both_ids_of_an_event_are_kept_as_evidence():
    (row,) = translated({"type": "track", "userId": "user-1", "anonymousId": "anon", "event": "E", "messageId": "m"})
    assert (row["person"], row["identities"]) == ({"identity": ANN}, [{"kind": "anonymous_id", "value": "anon"}])


def test_page_and_screen_are_events_of_one_name_each():
    (page,) = translated(
        {
            "type": "page",
            "userId": "user-1",
            "name": "Pricing",
            "category": "Docs",
            "properties": {"url": "u"},
            "messageId": "m",
        }
    )
    (screen,) = translated({"type": "screen", "userId": "user-1", "name": "Home", "messageId": "n"})
    assert (page["name"], page["properties"]) == ("Page Viewed", {"name": "Pricing", "category": "Docs", "url": "u"})
    assert (screen["name"], screen["properties"]) == ("Screen Viewed", {"name": "Home"})


def test_alias_is_a_person_with_both_identities_and_a_former_user_id():
    (row,) = translated({"type": "alias", "userId": "user-1", "previousId": "anon-7"})
    assert row == {
        "type": "person",
        "identities": [ANN, {"kind": "anonymous_id", "value": "anon-7"}],
        "formerUserId": "anon-7",
        "source": "segment",
    }


@pytest.mark.parametrize(
    "ids", [{"userId": "", "previousId": "p"}, {"userId": "u", "previousId": "null"}, {"previousId": "p"}]
)
def test_an_alias_of_which_an_end_is_unusable_tells_of_no_former_id(ids: dict[str, str]):
    (row,) = translated({"type": "alias", "anonymousId": "web-1", **ids})
    assert "formerUserId" not in row
    assert {"kind": "anonymous_id", "value": "web-1"} in row["identities"]


@pytest.mark.parametrize("user", ["", "undefined", 0, True, "x" * 513, {"id": 1}, ["u"]])
def test_a_reference_names_the_first_identity_that_can_be_used(user: Any):
    membership = translated({"type": "group", "userId": user, "anonymousId": "web-1", "groupId": "org-acme"})[-1]
    assert membership["person"] == {"identity": {"kind": "anonymous_id", "value": "web-1"}}
    (event,) = translated(
        {"type": "track", "event": "E", "userId": "u", "groupId": "org-acme", "context": {"groupId": ""}}
    )
    assert event["organisation"] == {"identity": ACME}


def test_a_group_without_a_usable_id_is_no_membership():
    made = translated({"type": "group", "userId": "user-1", "groupId": "undefined"})
    assert [row["type"] for row in made] == ["organisation"]


def test_an_unknown_type_is_told():
    assert isinstance(rows_of_call(Call(type="purchase"), NOW, "segment"), BadCall)


@pytest.mark.parametrize("behind", [timedelta(0), timedelta(hours=-3), timedelta(minutes=90)])
def test_a_clock_that_is_wrong_is_set_right_by_sent_at(behind: timedelta):
    call_time = NOW - timedelta(minutes=5)
    call = {
        "type": "track", "userId": "u", "event": "E", "messageId": "m",
        "timestamp": (call_time - behind).isoformat(), "sentAt": (NOW - behind - timedelta(seconds=2)).isoformat(),
    }  # fmt: skip
    assert translated(call)[0]["occurredAt"] == call_time.isoformat()


def test_a_retry_of_a_skewed_sender_comes_to_the_same_time():
    skew = timedelta(hours=3, seconds=7)
    stamp = (NOW - skew).isoformat()
    times = set()
    for later in (0, 1.2, 2.9, 6):
        sent = NOW - skew + timedelta(seconds=later)
        call = {
            "type": "track",
            "userId": "u",
            "event": "E",
            "messageId": "m",
            "timestamp": stamp,
            "sentAt": sent.isoformat(),
        }
        times.add(translated(call, NOW + timedelta(seconds=later * 1.1))[0]["occurredAt"])
    assert len(times) == 1


def test_history_is_kept_as_told_whatever_the_senders_clock():
    call = {
        "type": "track",
        "userId": "u",
        "event": "E",
        "timestamp": "2026-03-01T09:00:00Z",
        "sentAt": "2026-11-20T00:00:00Z",
    }
    assert translated(call)[0]["occurredAt"] == "2026-03-01T09:00:00+00:00"


def test_a_time_that_is_none_reaches_the_writer_as_it_is_and_none_stays_none():
    assert (
        translated({"type": "track", "userId": "u", "event": "E", "timestamp": "yesterday"})[0]["occurredAt"]
        == "yesterday"
    )
    assert (
        translated({"type": "track", "userId": "u", "event": "E", "timestamp": "2026-03-01T09:00:00"})[0]["occurredAt"]
        == "2026-03-01T09:00:00"
    )
    assert "occurredAt" not in translated({"type": "track", "userId": "u", "event": "E", "messageId": "m"})[0]


@pytest.mark.parametrize("name", ["py_segment", "py_segment_gzip", "node_segment", "py_rudder", "node_rudder"])
def test_what_real_sdks_sent_is_understood(name: str):
    found: list[dict[str, Any]] = []
    for request in capture(name):
        batch = decode_batch(msgspec.json.encode(request["json"]), BATCH)
        assert batch is not None
        for call in (batch.call(raw, 32_768) for raw in batch.raw):
            assert isinstance(call, Call)
            made = rows_of_call(call, NOW, "segment")
            assert not isinstance(made, BadCall)
            found += made
    assert {"type": "membership", "person": {"identity": ANN}, "organisation": {"identity": ACME}} in [
        {key: value for key, value in row.items() if key not in ("source", "observedAt")} for row in found
    ]
    (person,) = [row for row in found if row["type"] == "person" and "email" in row]
    assert (person["email"], person["identities"]) == ("ann@acme.test", [ANN])
    (created, *_) = [row for row in found if row.get("name") == "Project Created"]
    assert created["organisation"] == {"identity": ACME}
    assert created["occurredAt"] == "2026-03-01T09:00:00+00:00"
    assert {"type": "person", "identities": [ANN, {"kind": "anonymous_id", "value": "anon-7"}]} in [
        {key: row[key] for key in ("type", "identities")} for row in found if row["type"] == "person"
    ]
