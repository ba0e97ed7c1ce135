"""An unusable identity is left out alone. Its row is refused only where no identity remains (I6)."""

from __future__ import annotations

from typing import Any

import pytest

from graph.attributes.catalogue import Catalogue
from graph.facts import EntityFact, EventFact, Fact, MembershipFact, Rejection, RowReader

NOW = 1_795_000_000_000
ACME = {"identity": {"kind": "organisation_id", "value": "acme"}}
Row = dict[str, Any]


def _read(row: Row) -> tuple[Fact | None, list[tuple[str, str, bool]]]:
    reading = RowReader(Catalogue(()), NOW)
    fact = reading.read(0, row)
    return fact, [(each.code, ".".join(each.path), each.whole) for each in reading.rejections]


def _message(row: Row) -> str:
    reading = RowReader(Catalogue(()), NOW)
    reading.read(0, row)
    (found,) = reading.rejections
    assert isinstance(found, Rejection)
    return found.message


def _id(kind: str, value: Any) -> Row:
    return {"kind": kind, "value": value}


def _person(*identities: Any, **more: Any) -> Row:
    return {"type": "person", "identities": list(identities), **more}


def _event(**more: Any) -> Row:
    return {"type": "event", "id": "e1", "name": "Viewed", **more}


UNUSABLE = [
    (_id("user_id", ""), "EMPTY_IDENTITY", ".value"),
    (_id("user_id", None), "EMPTY_IDENTITY", ".value"),
    (_id("user_id", "undefined"), "BLOCKED_IDENTITY", ".value"),
    (_id("user_id", 0), "BLOCKED_IDENTITY", ".value"),
    (_id("user_id", True), "BAD_IDENTITY", ".value"),
    (_id("user_id", {"id": 7}), "BAD_IDENTITY", ".value"),
    (_id("user_id", "x" * 513), "BAD_IDENTITY", ".value"),
    (_id("user_id", "\ud83d"), "BAD_IDENTITY", ".value"),
    (_id("email", "Tess <ty8@x.example>"), "BAD_EMAIL", ".value"),
    (_id("domain", "acme.com"), "BAD_IDENTITY", ".kind"),
    (_id("", "u1"), "BAD_IDENTITY", ".kind"),
    (_id("a:b", "u1"), "BAD_IDENTITY", ".kind"),
    ("u1", "BAD_IDENTITY", ""),
    (None, "BAD_IDENTITY", ""),
]


@pytest.mark.parametrize(("bad", "code", "at"), UNUSABLE, ids=lambda each: ascii(each)[:40])
@pytest.mark.parametrize("place", [0, 1])
def test_I6_an_unusable_identity_beside_a_good_one_is_left_out_with_its_path(
    bad: Any, code: str, at: str, place: int
) -> None:
    both = [_id("anonymous_id", "web-1")]
    both.insert(place, bad)
    expected = [(code, f"identities.{place}{at}", False)]
    fact, rejections = _read(_person(*both, attributes={"plan": "pro"}))
    assert isinstance(fact, EntityFact)
    assert (fact.keys, fact.values, rejections) == (("anonymous_id:web-1",), {"plan": "pro"}, expected)
    event, rejections = _read(_event(identities=both))
    assert isinstance(event, EventFact)
    assert (event.person, rejections) == (("anonymous_id:web-1",), expected)


@pytest.mark.parametrize(("bad", "code", "at"), UNUSABLE, ids=lambda each: ascii(each)[:40])
def test_I6_a_row_of_unusable_identities_alone_is_refused_once(bad: Any, code: str, at: str) -> None:
    refused = [(code, f"identities.0{at}", True)]
    assert _read(_person(bad, _id("user_id", ""))) == (None, refused)
    assert _read(_event(identities=[bad, _id("user_id", "")])) == (None, refused)


def test_I6_of_several_unusable_identities_each_has_a_warning() -> None:
    fact, rejections = _read(_person(_id("user_id", ""), _id("user_id", "u1"), _id("email", "nil"), email="n/a"))
    assert isinstance(fact, EntityFact)
    assert fact.keys == ("user_id:u1",)
    assert rejections == [
        ("EMPTY_IDENTITY", "identities.0.value", False),
        ("BLOCKED_IDENTITY", "identities.2.value", False),
        ("BLOCKED_IDENTITY", "email", False),
    ]


@pytest.mark.parametrize(
    ("email", "code"), [("undefined", "BLOCKED_IDENTITY"), ("Tess <ty8@x.example>", "BAD_EMAIL"), ("ann", "BAD_EMAIL")]
)
def test_F5_a_wrong_email_of_a_person_known_otherwise_is_refused_alone(email: str, code: str) -> None:
    fact, rejections = _read(_person(_id("user_id", "ty8"), email=email, name="Tess"))
    assert isinstance(fact, EntityFact)
    assert (fact.keys, fact.values, rejections) == (("user_id:ty8",), {"name": "Tess"}, [(code, "email", False)])
    assert _read(_person(email=email)) == (None, [(code, "email", True)])


@pytest.mark.parametrize(
    ("domain", "code"), [("n/a", "BLOCKED_IDENTITY"), ("localhost", "BAD_DOMAIN"), ("gmail.com", "FREE_MAIL_DOMAIN")]
)
def test_F5_a_wrong_domain_of_an_organisation_known_otherwise_is_refused_alone(domain: str, code: str) -> None:
    row = {"type": "organisation", "identities": [_id("organisation_id", "acme")], "domain": domain}
    fact, rejections = _read(row)
    assert isinstance(fact, EntityFact)
    assert (fact.keys, fact.values, rejections) == (("organisation_id:acme",), {}, [(code, "domain", False)])


def test_F5_an_unusable_parent_is_refused_alone_and_says_nothing_of_the_parent() -> None:
    row = {"type": "organisation", "identities": [_id("organisation_id", "acme")], "parent": _id("organisation_id", "")}
    child, rejections = _read(row)
    without, _ = _read({key: value for key, value in row.items() if key != "parent"})
    assert isinstance(child, EntityFact)
    assert isinstance(without, EntityFact)
    assert child.parent is without.parent
    assert rejections == [("EMPTY_IDENTITY", "parent.identity.value", False)]


@pytest.mark.parametrize("field", ["person", "organisation"])
@pytest.mark.parametrize("type_", ["membership", "end_membership"])
def test_I6_a_reference_that_cannot_be_used_leaves_nobody_and_refuses_its_membership(type_: str, field: str) -> None:
    row = {"type": type_, "person": {"identity": _id("user_id", "u1")}, "organisation": ACME}
    assert isinstance(_read(row)[0], MembershipFact)
    row[field] = {"identity": _id("crm", "undefined")}
    assert _read(row) == (None, [("BLOCKED_IDENTITY", f"{field}.identity.value", True)])


def test_I6_a_merge_needs_both_identities() -> None:
    row = {"type": "merge", "entity": "person", "identities": [_id("user_id", "u1"), _id("user_id", "null")]}
    assert _read(row) == (None, [("BLOCKED_IDENTITY", "identities.1.value", True)])


def test_I6_an_events_person_that_cannot_be_used_gives_way_to_its_other_identities() -> None:
    fact, rejections = _read(
        _event(person={"email": "Tess <ty8@x.example>"}, identities=[_id("anonymous_id", "web-1")])
    )
    assert isinstance(fact, EventFact)
    assert (fact.person, rejections) == (("anonymous_id:web-1",), [("BAD_EMAIL", "person.email", False)])


@pytest.mark.parametrize("value", ["", "undefined", 0])
def test_E3_a_placeholder_for_a_person_leaves_an_event_of_the_organisation_alone(value: Any) -> None:
    fact, rejections = _read(_event(person={"identity": _id("user_id", value)}, organisation=ACME))
    assert isinstance(fact, EventFact)
    assert (fact.person, fact.organisation) == ((), ("organisation_id:acme",))
    assert [(path, whole) for _, path, whole in rejections] == [("person.identity.value", False)]


def test_E3_a_person_named_wrongly_is_no_event_of_the_organisation_alone() -> None:
    row = _event(person={"email": "Tess <ty8@x.example>"}, identities=[_id("user_id", "")], organisation=ACME)
    assert _read(row) == (None, [("BAD_EMAIL", "person.email", True)])


@pytest.mark.parametrize("value", ["", "null", "undefined"])
def test_E1_a_placeholder_for_an_organisation_names_none_and_the_event_is_kept(value: str) -> None:
    row = _event(person={"email": "ann@x.test"}, organisation={"identity": _id("organisation_id", value)})
    fact, rejections = _read(row)
    assert isinstance(fact, EventFact)
    assert (fact.organisation, [each[1:] for each in rejections]) == ((), [("organisation.identity.value", False)])


@pytest.mark.parametrize(
    "organisation", [{"domain": "localhost"}, {"domain": "gmail.com"}, {"identity": _id("crm", "x" * 600)}]
)
def test_E1_an_organisation_named_wrongly_refuses_its_event_and_infers_no_other(organisation: Row) -> None:
    fact, rejections = _read(_event(person={"email": "ann@x.test"}, organisation=organisation))
    assert fact is None
    assert [whole for _, _, whole in rejections] == [True]


def test_I9_a_former_user_id_belongs_to_the_user_id_after_it() -> None:
    fact, rejections = _read(_person(_id("user_id", "new"), formerUserId=" old\u200b"))
    assert isinstance(fact, EntityFact)
    assert (fact.keys, fact.former, rejections) == (("user_id:new",), "user_id:old", [])
    fact, rejections = _read(_person(_id("user_id", "new"), formerUserId="new"))
    assert isinstance(fact, EntityFact)
    assert (fact.former, rejections) == (None, [])


@pytest.mark.parametrize(
    ("identity", "former", "code"),
    [
        (_id("user_id", "u1"), "undefined", "BLOCKED_IDENTITY"),
        (_id("user_id", "u1"), "", "EMPTY_IDENTITY"),
        (_id("email", "a@x.test"), "old", "BAD_IDENTITY"),
    ],
)
def test_I9_a_former_user_id_that_leads_nowhere_is_left_out(identity: Row, former: str, code: str) -> None:
    fact, rejections = _read(_person(identity, formerUserId=former))
    assert isinstance(fact, EntityFact)
    assert (fact.former, rejections) == (None, [(code, "formerUserId", False)])


def test_messages_quote_what_was_given_and_speak_English() -> None:
    assert "'n/a' is a placeholder" in _message({"type": "organisation", "identities": [_id("domain", "n/a")]})
    assert "'Acme Inc' is not a domain" in _message({"type": "organisation", "identities": [_id("domain", "Acme Inc")]})
    assert _message({"type": "organisation"}).startswith("an organisation needs")
    assert _message({"type": "person"}).startswith("a person needs")
    assert _message({"type": "event", "nmae": "x"}).startswith("an event has no field 'nmae'")
    assert len(_message({"type": "event", "x" * 5_000: 1})) < 200
