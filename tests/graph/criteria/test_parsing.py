"""Texts that are criteria, and the errors of those that are not (C2, C3, C4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.attributes.catalogue import Catalogue, Definition
from graph.criteria import CriteriaError, ParameterBag, compile_predicate, parse
from graph.criteria.tree import Attribute, Compare, Did, HowMany, Not, Quantified, Shift, Span

CATALOGUE = Catalogue(
    tuple(
        Definition(entity, name, kind)
        for entity, attributes in {
            "organisation": {
                "projects_created": "integer",
                "plan": "text",
                "arr": "float",
                "seats": "integer",
                "seats_used": "integer",
                "seat_usage": "float",
                "churned": "boolean",
                "contract_signed": "boolean",
                "invoices_created": "integer",
                "health_score": "float",
                "renewal_date": "date",
                "trial_at": "datetime",
                "tags": "texts",
                "address": "json",
                "currently_member_of_onboarding_stage": "boolean",
                "currently_member_of_power_users_cohort": "boolean",
                "last_entry_to_poc_1_job": "datetime",
                "last_completion_of_onboarding_stage": "datetime",
                "last_completion_of_first_invoice_job": "datetime",
                "last_entry_to_poc_2_job": "datetime",
                "member": "text",
            },
            "person": {"title": "text", "country": "text"},
            "membership": {"level": "text", "title": "text"},
            "event": {"amount": "float", "currency": "text"},
        }.items()
        for name, kind in attributes.items()
    )
)

# As the guides write them.
GUIDES = """
projects_created >= 1
first_seen_date within last 30 days and plan = 'pro'
first_seen_date within last 30 days
first_seen_date is within last 30 days
first_seen_date within 14 days
renewal_date within 90 days
last_completed_onboarding_stage has any value
last_completion_of_onboarding_stage has any value
last_completion_of_onboarding_stage has no value
(arr >= 100000 or seats_used / seats >= 0.9) and not churned = true
any member (role in ('admin', 'owner') and last_seen_at within last 14 days)
did 'Project Created' at least 3 times within last 7 days
seat_usage >= 90%
last_seen_at > 1 day ago
last_seen_at < 7 days ago
last_seen_at > 1 day ago AND last_seen_at < 7 days ago
contract_signed = true
invoices_created = 0
health_score > 75 %
currently_member_of_onboarding_stage = true
last_entry_to_poc_1_job = 2024-10-15
last_completed_First_Invoice_Job has any value
last_entered_poc_2_job has any value
Member of cohort "Power Users"
did 'Logged In' > 3 times this week
did 'Logged In' within last 7 days
did not do 'Logged In' within last 30 days
did 'Logged In' at most 2 times in last month
any user (title = 'boss')
all users (title = 'boss')
no user (title = 'boss')
first_seen_at in last month
""".strip().splitlines()

# The same words in the ways that people write them.
VARIANTS = """
plan == 'pro'
plan <> "pro"
plan is not 'pro'
PLAN IS 'pro'
planTier_ignored_no
arr > 100_000
arr ≥ 1e5
arr > -1.5 and arr < +3
-arr < 0
`member` = 'x'
`Plan` = 'pro'
trial_at >= '2026-01-31T09:00:00+01:00'
trial_at >= 2026-01-31T09:00:00Z
'2026-01-31' < renewal_date
renewal_date before 2026-12-31
renewal_date is after today
renewal_date before 3 weeks from now
trial_at < now
trial_at within the last 36 hours
trial_at > 90 minutes ago
trial_at is not within last 2 weeks
renewal_date in next quarter
renewal_date this year
renewal_date is tomorrow
tags contains 'a'
tags does not contain 'a'
plan not in ['pro', 'team',]
plan is not in ('it''s', 'a \\' b', “c”)
name starts with 'A' and name ends with "e"
name doesn't contain 'x'
churned
not churned or contract_signed
parent (plan = 'pro')
any child (arr > 1)
at least 2 members (role = 'admin')
at most 3 accounts (true)
exactly 1 child (churned)
any member (person.country = 'DE' and membership.level = 'high' and organisation.plan = 'pro')
did 'Paid' where (amount > 10 and currency = 'EUR') within last 30 days
did 'Paid' exactly 2 times today where (amount >= 10)
did 'Paid' after 2026-01-01
did 'Paid' once
arr has
""".strip().splitlines()
WRONG = {"planTier_ignored_no", "at most 3 accounts (true)", "arr has"}


def parsed(text: str, subject: Any = "organisation") -> Any:
    return parse(text, subject=subject, catalogue=CATALOGUE)


@pytest.mark.parametrize("text", GUIDES)
def test_every_criterion_of_the_guides_is_understood(text: str) -> None:
    assert compile_predicate(parsed(text), "o", ParameterBag())


@pytest.mark.parametrize("text", [text for text in VARIANTS if text not in WRONG])
def test_words_are_understood_as_people_write_them(text: str) -> None:
    assert compile_predicate(parsed(text), "o", ParameterBag())


@pytest.mark.parametrize(
    ("text", "column", "found", "message"),
    [
        ("pln = 'pro'", 1, "pln", "did you mean `plan`?"),
        ("plan = 3", 8, "3", "plan is text and 3 is a number. Write it in quotes: '3'."),
        ("plan = pro", 8, "pro", "has no attribute 'pro'"),
        ("arr > '1000'", 7, "'1000'", "arr is a number and '1000' is text. Write a number without quotes"),
        ("arr >", 6, "", "ends too early"),
        ("arr > 3 and", 12, "", "ends too early"),
        ("arr betwen 3", 5, "betwen", "expected"),
        ("arr withn last 3 days", 5, "withn", "did you mean `within`?"),
        ("arr > NaN", 7, "NaN", "NaN is not a number"),
        ("arr > infinity", 7, "infinity", "not a number"),
        ("arr > 1e999", 7, "1e999", "too large"),
        ("seats > 99999999999999999999", 9, "99999999999999999999", "too large"),
        ("seats > " + "9" * 5_000, 9, "9" * 5_000, "too large"),
        ("plan = null", 8, "null", "has no value"),
        ("arr > 1,000", 8, ",", "100_000"),
        ("plan = 'pro", 8, "'", "never closed"),
        ("renewal_date < '2026-02-30'", 16, "'2026-02-30'", "no date"),
        ("renewal_date < 'soon'", 16, "'soon'", "no date"),
        ("trial_at < '9999-12-31T23:59:59-14:00'", 12, "'9999-12-31T23:59:59-14:00'", "the years 1 to 9999"),
        ("trial_at < '0001-01-01T00:00:00+14:00'", 12, "'0001-01-01T00:00:00+14:00'", "the years 1 to 9999"),
        ("trial_at < '2026-01-01T10:00:00'", 12, "'2026-01-01T10:00:00'", "no offset"),
        ("renewal_date within 3 hours", 23, "hours", "a date has no hours"),
        ("arr within last 3 days", 1, "arr", "not a date"),
        ("trial_at within last 3 fortnights", 24, "fortnights", "expected"),
        ("trial_at within last 9999999 days", 30, "days", "at most 200 years"),
        ("tags = 'a'", 1, "tags", "`tags contains ...`"),
        ("address = 'a'", 1, "address", "nested value"),
        ("plan > 'a'", 6, ">", "has no order"),
        ("churned > true", 9, ">", "has no order"),
        ("churned = 'yes'", 11, "'yes'", "Write true or false."),
        ("arr", 1, "arr", "Compare it"),
        ("plan + 1 > 2", 1, "plan", "only numbers"),
        ("(arr > 1) + 1 > 2", 2, "arr > 1", "is a condition"),
        ("role = 'admin'", 1, "role", "`any member (role)`"),
        ("any member (rle = 'admin')", 13, "rle", "did you mean `role`?"),
        ("person.title = 'x'", 1, "person.title", "no person is in sight"),
        ("planet.title = 'x'", 1, "planet.title", "not one of person, membership, organisation"),
        ("in organisation (arr > 1)", 1, "in organisation", "leads on from"),
        ("member (arr > 1)", 8, "(", "expected"),
        ("members (arr > 1)", 9, "(", "any, all, no"),
        ("did 'X' fewer than 0 times", 20, "0", "fewer than 0"),
        ("did 'X' where (amnt > 1)", 16, "amnt", "did you mean `amount`?"),
        ("Member of cohort 'Power Usrs'", 18, "'Power Usrs'", "there is no cohort"),
        ("plan = 'a'\n  and arr >> 3", 12, ">", "expected"),
        ("arr > 1; drop", 8, ";", "expected"),
        ("", 1, "", "empty"),
        ("trial_at in last 7 days", 13, "last", "Write `within last 7 days`."),
        ("trial_at is in the next 2 weeks", 20, "next", "Write `within next 2 weeks`."),
        ("trial_at last 7 days", 10, "last", "Write `within last 7 days`."),
        ("trial_at during last 7 days", 17, "last", "Write `within last 7 days`."),
        ("trial_at for the past 3 months", 10, "for", "Write `within last 3 months`."),
        ("trial_at in 7 days", 13, "7", "Write `within next 7 days`."),
        ("trial_at older than 7 days", 10, "older", "Write `> 7 days ago`."),
        ("trial_at since 7 days", 10, "since", "Write `within last 7 days`."),
        ("did 'X' in last 7 days", 12, "last", "Write `within last 7 days`."),
        ("did 'X' for at least 3 times", 9, "for", "Write `at least 3 times`"),
        ("did 'X' 3 times", 9, "3", "Write `at least 3 times` or `exactly 3 times`."),
        ("did Something", 5, "Something", "Write the event in quotes"),
        ("has done 'X'", 5, "done", "Write the event in quotes"),
        ("arr => 3", 6, ">", "Write `>=`."),
        ("arr =< 3", 6, "<", "Write `<=`."),
        ("arr === 3", 7, "=", "Write `=`."),
        ("arr !== 3", 7, "=", "Write `!=`."),
        ("arr > = 3", 7, "=", "Write `>=`."),
        ("arr eq 3", 5, "eq", "Write `=`."),
        ("arr between 1 and 5", 5, "between", "`arr >= 1 and arr <= 5`"),
        ("tags contains any ('a')", 19, "(", "tags contains 'a' or tags contains 'b'"),
        ("plan is one of ('a')", 13, "of", "Write `in ('a', 'b')`."),
        ("plan like 'a%'", 6, "like", "Write `contains"),
        ("plan is empty", 9, "empty", "Write `has no value`."),
        ("plan is not empty", 13, "empty", "Write `has any value`."),
        ("plan exists", 6, "exists", "Write `has any value`."),
        ("plan startswith 'a'", 6, "startswith", "Write `starts with 'A'`."),
        ("arr > 1 & arr < 3", 9, "&", "Write `and`."),
        ("!churned", 1, "!", "Write `not`."),
        ("arr in (seats)", 9, "seats", "written out"),
        ("name starts with 3", 18, "3", "not text"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_would_be_right_c4(
    text: str, column: int, found: str, message: str
) -> None:
    with pytest.raises(CriteriaError) as caught:
        parsed(text)
    error = caught.value
    assert (error.line, error.column, error.found) == (2 if "\n" in text else 1, column, found)
    assert message in str(error)


@pytest.mark.parametrize("text", ["(" * 3000 + "churned" + ")" * 3000, "not " * 3000 + "churned", "arr > 1 " * 9000])
def test_what_is_too_deep_or_too_long_is_refused(text: str) -> None:
    with pytest.raises(CriteriaError):
        parsed(text)


def test_a_bare_name_over_members_is_the_memberships_ours_else_the_persons_else_the_memberships_c3() -> None:
    def entity(name: str) -> str:
        body = parsed(f"any member ({name} has any value)").root.body
        found: Attribute = body.value
        return found.entity

    assert [entity(name) for name in ("role", "since", "origin")] == ["membership"] * 3
    assert [entity(name) for name in ("title", "last_seen_at", "country")] == ["person"] * 3
    assert entity("level") == "membership"
    assert entity("membership.title") == "membership"
    assert entity("person.name") == "person"


def test_within_reaches_back_ahead_or_either_way_c2() -> None:
    def span(text: str) -> tuple[Any, Any]:
        root = parsed(text).root
        assert isinstance(root, Span)
        return root.begins, root.ends

    assert span("renewal_date within last 7 days") == (Shift(), Shift(days=7))
    assert span("renewal_date within next 7 days") == (Shift(days=-6), Shift(days=1))
    assert span("renewal_date within 7 days") == (Shift(days=-6), Shift(days=7))
    assert span("trial_at within 1 day") == (Shift(milliseconds=-86_400_000), Shift(milliseconds=86_400_000))


def test_not_equal_is_not_of_equal_c1() -> None:
    root = parsed("plan != 'pro'").root
    assert isinstance(root, Not)
    assert isinstance(root.part, Compare)
    assert root.part.operator == "="


def test_steps_and_events_know_how_many() -> None:
    step, event = parsed("at least 2 members (role = 'x')").root, parsed("did 'X' < 3 times").root
    assert isinstance(step, Quantified)
    assert isinstance(event, Did)
    assert (step.quantifier, event.times) == (HowMany(">=", 2), HowMany("<=", 2))


def test_about_an_event_bare_names_are_its_properties() -> None:
    criterion = parsed("amount > 10 and name = 'Paid' and occurred_at within last 7 days and source = 'api'", "event")
    assert criterion.entities == {"event"}


def test_every_literal_is_a_parameter() -> None:
    bag = ParameterBag()
    text = compile_predicate(parsed("plan = 'x\\' OR true //' and arr > 12345"), "o", bag)
    assert "12345" not in text
    assert "true //" not in text
    assert sorted(map(str, bag.values.values())) == ["12345", "x' OR true //"]


def test_equal_criteria_give_equal_statements() -> None:
    bags = ParameterBag(), ParameterBag()
    texts = [
        compile_predicate(parsed(f"plan = '{word}' and arr > 1"), "o", bag)
        for word, bag in zip("ab", bags, strict=True)
    ]
    assert texts[0] == texts[1]
    assert bags[0].values != bags[1].values


def _examples() -> list[tuple[str, str]]:
    """The criteria of docs/criteria.md: each line of a block marked `criteria`, with the block's subject."""
    page = Path(__file__).parents[3] / "docs" / "criteria.md"
    found, subject = [], ""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            subject = line.removeprefix("```criteria ") if line.startswith("```criteria ") else ""
        elif subject and line.strip():
            found.append((subject, line.split("  #")[0].strip()))
    return found


@pytest.mark.parametrize(("subject", "text"), _examples())
def test_every_example_of_the_documentation_is_understood(subject: str, text: str) -> None:
    assert parsed(text, subject)


@pytest.mark.parametrize(
    "when", ["today", "before 2 days ago", "after 2026-01-31", "before yesterday", "after 3 hours ago"]
)
def test_when_an_event_happened_is_read_however_it_is_said_c2(when: str) -> None:
    for text in (
        f"did 'Paid' {when}",
        f"did 'Paid' at least 2 times {when} where (name = 'x')",
        f"did not do 'Paid' {when}",
    ):
        found = parse(text, subject="organisation", catalogue=CATALOGUE).root
        did = found.part if isinstance(found, Not) else found
        assert isinstance(did, Did)
        assert did.when is not None
        assert did.when.text == when


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" or ".join(f"arr > {i}" for i in range(401)), "at most 400 conditions, not 401"),
        (" and ".join(f"did 'E{i}'" for i in range(51)), "at most 50 conditions on events"),
        (" or ".join(f"any member (role = '{i}')" for i in range(51)), "at most 50 conditions on events"),
        (f"did 'E' where ({' or '.join('amount > 1' for _ in range(401))})", "at most 400 conditions, not 402"),
        ("not " * 100 + "churned", "nested more than 60 deep"),
        ("(" * 100 + "churned" + ")" * 100, "nested more than 60 deep"),
        ("+".join(["arr"] * 100) + " > 1", "nested more than 60 deep"),
        ("(" * 20 + "+".join(["arr"] * 50) + ")" * 20 + " > 1", "nested more than 60 deep"),
        ("-" * 100 + "arr > 1", "nested more than 60 deep"),
        ("arr > 1 or " * 5000 + "arr > 1", "at most 20000 characters"),
    ],
)
def test_what_no_engine_plans_is_refused_with_what_is_too_much_c4(text: str, message: str) -> None:
    with pytest.raises(CriteriaError) as caught:
        parsed(text)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    "text", ["x" * 15_000, f"plan = {'x' * 15_000}", f"'{'x' * 15_000}' + 1 > 2", "plan '" + "x" * 15_000 + "'"]
)
def test_a_mistake_repeats_little_of_a_long_criterion(text: str) -> None:
    with pytest.raises(CriteriaError) as caught:
        parsed(text)
    assert len(str(caught.value)) < 700
