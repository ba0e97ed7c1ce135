"""A mapping says what columns mean; what is wrong with one is told before anything is loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from loaders.errors import MappingError
from loaders.guess import guess
from loaders.mapping import mapping_from, read_mapping
from loaders.shape import Cells
from loaders.translate import guessed, translator
from tests.loaders.files import write

PERSON = {"kind": "person", "identities": {"email": "email"}}


def row(table: dict[str, Any], record: dict[str, Any], cells: Cells = "text") -> dict[str, Any]:
    (section,) = mapping_from(table).sections
    return translator(section, cells)(record)


def test_columns_become_identities_fields_and_attributes():
    table = {
        "kind": "person", "source": "crm", "identities": {"id": "user_id", "mails": "email"}, "multiple": ["mails"],
        "columns": {"full name": "name", "signed": "first_seen_at"}, "constants": {"region": "emea"},
    }  # fmt: skip
    record = {
        "id": "7",
        "mails": "a@x.test; b@x.test",
        "full name": " Ann ",
        "signed": "2026-03-01",
        "plan": "pro",
        "empty": "",
    }
    assert row(table, record) == {
        "type": "person", "source": "crm", "name": "Ann", "firstSeenAt": "2026-03-01",
        "identities": [{"kind": "user_id", "value": "7"}, {"kind": "email", "value": "a@x.test"}, {"kind": "email", "value": "b@x.test"}],
        "attributes": {"region": "emea", "plan": "pro"},
    }  # fmt: skip


def test_a_membership_is_addressed_by_the_first_identity_that_has_a_value():
    table = {
        "kind": "membership", "person": {"user": "user_id", "mail": "email"}, "organisation": {"site": "domain"},
        "columns": {"roles": "roles", "main": "primary", "from": "since"},
    }  # fmt: skip
    record = {
        "mail": "a@x.test",
        "user": "",
        "site": "acme.com",
        "roles": "admin;owner",
        "main": "yes",
        "from": "2026-03-01",
    }
    assert row(table, record) == {
        "type": "membership", "source": "file", "person": {"email": "a@x.test"}, "organisation": {"domain": "acme.com"},
        "roles": ["admin", "owner"], "primary": True, "since": "2026-03-01",
    }  # fmt: skip


def test_an_event_keeps_every_identity_of_its_person():
    table = {
        "kind": "event", "person": {"u": "user_id", "a": "anonymous_id"}, "organisation": {"o": "id"},
        "columns": {"t": "occurred_at", "n": "id"}, "constants": {"name": "Deployed", "env": "prod"},
    }  # fmt: skip
    assert row(table, {"u": 7, "a": "anon", "o": "org-1", "t": "2026-03-01T09:00:00Z", "n": 12, "size": 3}, "json") == {
        "type": "event", "source": "file", "id": "12", "name": "Deployed", "occurredAt": "2026-03-01T09:00:00Z",
        "person": {"identity": {"kind": "user_id", "value": "7"}}, "identities": [{"kind": "anonymous_id", "value": "anon"}],
        "organisation": {"id": "org-1"}, "properties": {"env": "prod", "size": 3},
    }  # fmt: skip


def test_a_parent_is_an_identity_of_another_organisation():
    table = {
        "kind": "organisation",
        "identities": {"k": "organisation_id"},
        "parent": {"p": "organisation_id"},
        "attributes": [],
    }
    assert row(table, {"k": "a", "p": "b", "rest": "no"})["parent"] == {"kind": "organisation_id", "value": "b"}
    assert "parent" not in row(table, {"k": "a", "p": ""})
    assert "attributes" not in row(table, {"k": "a", "rest": "no"})


@pytest.mark.parametrize(
    ("text", "value"),
    [("42", 42), ("-1", -1), ("007", "007"), ("1.5", 1.5), ("1e5", "1e5"), ("true", True), ("FALSE", False), ("yes", "yes"),
     ("9223372036854775808", "9223372036854775808"), ("", ""), ("+1", "+1"), ("1,000", "1,000"), ("٣", "٣")],
)  # fmt: skip
def test_text_becomes_a_number_or_a_truth_only_beyond_doubt(text: str, value: object):
    assert guessed(text) == value
    assert type(guessed(text)) is type(value)


def test_a_declared_type_stops_the_guessing():
    table = {**PERSON, "types": {"zip": "text", "n": "float", "on": "boolean", "bad": "integer", "tags": "json"}}
    record = {"email": "a@x.test", "zip": "1234", "n": "1", "on": "yes", "bad": "x", "tags": '["a"]'}
    assert row(table, record)["attributes"] == {"zip": "1234", "n": 1.0, "on": True, "bad": "x", "tags": ["a"]}


def test_a_zone_gives_datetimes_their_offset_and_none_leaves_them_for_the_writer_to_refuse():
    record = {"email": "a@x.test", "seen": "2026-07-01 09:00:00", "day": "2026-07-01", "utc": "2026-07-01T09:00:00Z"}
    table = {**PERSON, "columns": {"seen": "first_seen_at"}}
    assert row(table, record)["firstSeenAt"] == "2026-07-01 09:00:00"
    zoned = row({**table, "zone": "Europe/Amsterdam"}, {**record, "again": record["seen"]})
    assert zoned["firstSeenAt"] == "2026-07-01T09:00:00+02:00"
    assert zoned["attributes"] == {
        "day": "2026-07-01",
        "utc": "2026-07-01T09:00:00Z",
        "again": "2026-07-01T09:00:00+02:00",
    }


@pytest.mark.parametrize(
    ("cell", "instant"),
    [("2024-02-29 24:00", "2024-02-29T23:00:00Z"), ("2024-07-01 24:00:00", "2024-07-01T22:00:00Z"),
     ("2024-02-29 23:59:60", "2024-02-29T23:00:00Z"), ("2024-02-30 24:00", "2024-02-30 24:00")],
)  # fmt: skip
def test_F7_a_zone_holds_for_24_00_and_second_60_too(cell: str, instant: str):
    table = {**PERSON, "zone": "Europe/Amsterdam", "columns": {"t": "first_seen_at"}}
    assert row(table, {"email": "a@x.test", "t": cell})["firstSeenAt"] == instant


@pytest.mark.parametrize(
    ("how", "cell", "instant"),
    [("seconds", "1772355600", "2026-03-01T09:00:00+00:00"), ("milliseconds", 1772355600500, "2026-03-01T09:00:00.500000+00:00"),
     ("%d-%m-%Y", "01-03-2026", "2026-03-01"), ("%d/%m/%Y %H:%M", "01/03/2026 09:00", "2026-03-01T09:00:00+01:00"),
     ("%d-%m-%Y", "never", "never"), ("seconds", "never", "never")],
)  # fmt: skip
def test_times_are_read_as_the_mapping_says(how: str, cell: object, instant: str):
    table = {**PERSON, "zone": "Europe/Amsterdam", "times": {"t": how, "u": how}, "columns": {"t": "first_seen_at"}}
    found = row(table, {"email": "a@x.test", "t": cell, "u": cell})
    assert found["firstSeenAt"] == found["attributes"]["u"] == instant


def test_an_absent_cell_says_nothing_unless_the_mapping_lets_it_remove():
    record = {"email": "a@x.test", "plan": "", "tier": "NULL"}
    assert "attributes" not in row({**PERSON, "absent": ["NULL"]}, record)
    assert row({**PERSON, "absent": ["NULL"], "empty": "removes"}, record)["attributes"] == {"plan": None, "tier": None}


def test_a_null_in_json_removes_and_in_a_typed_file_says_nothing():
    record = {"email": "a@x.test", "plan": None}
    assert row(PERSON, record, "json")["attributes"] == {"plan": None}
    assert "attributes" not in row(PERSON, record, "typed")


def test_one_mapping_describes_several_files_and_the_refused_rows_of_each():
    mapping = mapping_from(
        {"source": "crm", "file": [{"name": "people*", **PERSON}, {"name": "*.jsonl", "kind": "fact"}]}
    )
    assert mapping.for_file("people.csv").kind == "person"
    assert mapping.for_file("people.csv.refused.jsonl").kind == "person"
    assert mapping.for_file("rows.jsonl").kind == "fact"
    assert {section.source for section in mapping.sections} == {"crm"}
    with pytest.raises(MappingError, match="says nothing about other"):
        mapping.for_file("other.csv")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({**PERSON, "colums": {}}, "did you mean `columns`"),
        ({**PERSON, "kind": "persn"}, "did you mean `person`"),
        ({}, "has no `kind`"),
        ({"kind": "person"}, "needs `identities`"),
        ({"kind": "membership", "person": {"a": "email"}}, "needs `organisation`"),
        ({**PERSON, "columns": {"a": "rolle"}}, "no field of a person"),
        ({**PERSON, "columns": {"a": "frist_seen_at"}}, "did you mean `first_seen_at`"),
        ({**PERSON, "person": {"a": "email"}}, "has no `person`"),
        ({**PERSON, "zone": "Europe/Amsterdm"}, "no time zone"),
        ({**PERSON, "encoding": "utf-16"}, "cannot be read line by line"),
        ({**PERSON, "encoding": "utf-ate"}, "no encoding"),
        ({**PERSON, "delimiter": "::"}, "one character"),
        ({**PERSON, "types": {"a": "int"}}, "did you mean"),
        ({**PERSON, "attributes": 3}, "`attributes` is"),
        ({**PERSON, "multiple": "a"}, "list of texts"),
        ({**PERSON, "columns": ["a"]}, "has to be a table"),
        ({**PERSON, "source": 7}, "has to be text"),
        ({"file": {}}, "list of tables"),
        (
            {"kind": "end_membership", "person": {"a": "id"}, "organisation": {"b": "id"}, "constants": {"x": 1}},
            "has no attributes",
        ),
    ],
)
def test_what_is_wrong_with_a_mapping_is_told_with_what_would_be_right(table: dict[str, Any], message: str):
    with pytest.raises(MappingError) as refused:
        mapping_from(table)
    assert message in str(refused.value)


def test_a_mapping_that_is_no_toml_is_told_with_its_line(tmp_path: Path):
    with pytest.raises(MappingError, match="line 2"):
        read_mapping(write(tmp_path, "m.toml", 'kind = "person"\nidentities = {\n'))
    with pytest.raises(MappingError, match="No such file"):
        read_mapping(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        (["email", "name"], "person"),
        (["user_id", "Email", "plan"], "person"),
        (["organisation_id", "name", "domain"], "organisation"),
        (["email", "organisation_id", "role", "since"], "membership"),
        (["user_id", "organization_id", "event", "timestamp"], "event"),
        (["id", "name", "at", "email"], "event"),
    ],
)
def test_columns_named_as_our_fields_are_guessed(columns: list[str], kind: str):
    assert guess(columns, "a.csv").kind == kind


def test_a_guess_addresses_by_the_strongest_identity_and_knows_common_names():
    section = guess(["email", "user_id", "event", "timestamp", "size"], "a.csv")
    assert section.places["person"] == (("user_id", "user_id"), ("email", "email"))
    assert section.fields == {"event": "name", "timestamp": "occurredAt"}


def test_columns_that_say_nothing_are_told():
    with pytest.raises(MappingError, match="do not say whom"):
        guess(["a", "b"], "a.csv")
