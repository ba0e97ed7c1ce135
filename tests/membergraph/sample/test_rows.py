"""The sample company is the same every day, and holds what it promises."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from graph.attributes.names import normalise
from graph.questions import bind, find
from membergraph.sample import EVENINGS, SampleYear, describe, rows, year
from membergraph.sample.definitions import PRECEDENCES, ROLL_UPS
from membergraph.sample.stages import STAGES

TODAY = date(2026, 3, 10)


@cache
def made() -> list[dict[str, Any]]:
    """Made once, and not before a test asks: every process that runs tests reads this file."""
    return list(rows(TODAY))


@cache
def sample_year() -> SampleYear:
    return year(TODAY)


def rows_of(kind: str, source: str | None = None) -> list[dict[str, Any]]:
    return [row for row in made() if row["type"] == kind and source in (None, row["source"])]


def key(reference: dict[str, Any]) -> str:
    return reference["identity"]["value"]


def test_it_is_the_same_for_the_same_day_and_seed() -> None:
    assert list(rows(TODAY)) == made()
    assert list(rows(TODAY, seed=2)) != made()


@pytest.mark.parametrize("later", [1, 20, 366])
def test_another_day_moves_every_time_and_nothing_else(later: int) -> None:
    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: moved(one) for name, one in value.items()}
        if isinstance(value, list):
            return [moved(one) for one in value]
        if isinstance(value, str) and value[:2] == "20" and value[4] == "-":
            instant = datetime.fromisoformat(value) + timedelta(days=later)
            return instant.isoformat().replace("+00:00", "Z")[: len(value)]
        return value

    assert [moved(row) for row in made()] == list(rows(TODAY + timedelta(days=later)))


def test_rows_are_json() -> None:
    assert json.loads(json.dumps(made())) == made()


def test_counts_are_as_promised() -> None:
    promised = describe()
    organisations = {row["identities"][0]["value"] for row in rows_of("organisation", "product")}
    people = {row["identities"][0]["value"] for row in rows_of("person", "product")}
    assert (len(organisations), len(people) + 1) == (promised.organisations, promised.people) == (200, 1_500)
    assert len(rows_of("event")) == promised.events == 60_000
    assert len({row["domain"] for row in rows_of("organisation", "product")}) == 200


def test_a_tenth_of_the_people_belong_to_several() -> None:
    ended = Counter((key(row["person"]), key(row["organisation"])) for row in rows_of("end_membership"))
    spells = Counter((key(row["person"]), key(row["organisation"])) for row in rows_of("membership", "product"))
    current = Counter(person for person, _ in (spells - ended))
    assert sum(1 for n in current.values() if n > 1) == describe().people_in_several == 150


def test_one_changed_employer_and_came_back() -> None:
    spells = Counter((key(row["person"]), key(row["organisation"])) for row in rows_of("membership", "product"))
    assert [n for n in spells.values() if n > 1] == [2]


def test_nothing_happens_today_or_later_and_little_before_the_year() -> None:
    midnight = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)
    instants = [datetime.fromisoformat(row["occurredAt"]) for row in rows_of("event")]
    assert instants == sorted(instants)
    assert max(instants) <= midnight - timedelta(days=1)
    assert min(instants) > midnight - timedelta(days=450)


def test_events_of_work_lie_within_a_spell_of_the_person_there() -> None:
    ends = {(key(r["person"]), key(r["organisation"])): r["until"] for r in rows_of("end_membership")}
    spells: dict[tuple[str, str], list[str]] = {}
    for row in rows_of("membership", "product"):
        spells.setdefault((key(row["person"]), key(row["organisation"])), []).append(row["since"])
    for row in rows_of("event", "product"):
        if "organisation" in row:
            pair = (key(row["person"]), key(row["organisation"]))
            assert min(spells[pair]) <= row["occurredAt"], row
            assert len(spells[pair]) > 1 or row["occurredAt"] <= ends.get(pair, "9"), row


def test_a_holding_trials_subscriptions_visitors_and_opinions_are_in_it() -> None:
    names = Counter(row["name"] for row in rows_of("event"))
    assert names["Trial Started"] == names["Workspace Created"] == 200
    assert names["Trial Ended"] < 200
    assert names["Subscription Cancelled"] > 5
    assert names["Page Viewed"] > 1_000
    assert sum("parent" in row for row in rows_of("organisation")) == 4
    assert {row["source"] for row in made()} == {"product", "crm", "billing", "web"}


def test_its_questions_can_be_asked_and_its_definitions_have_names() -> None:
    for asked in describe().questions:
        bind(find(asked.question), asked.parameters)
    assert len({normalise(each.name) for each in ROLL_UPS}) == len(ROLL_UPS) >= 5
    assert {entity for entity, _, _ in PRECEDENCES} == {"organisation", "person"}


def test_its_evenings_have_its_rows_each_within_two_days_of_its_being_told() -> None:
    evenings = sample_year().evenings
    assert (len(evenings), evenings[-1].day) == (EVENINGS, TODAY - timedelta(days=1))
    assert [*sample_year().known, *(row for each in evenings for row in each.rows)] == made()
    for each in evenings:
        last, before = each.day.isoformat(), (each.day - timedelta(days=1)).isoformat()
        assert {(row.get("occurredAt") or row["observedAt"])[:10] for row in each.rows} <= {before, last}
    assert all((row.get("occurredAt") or row["observedAt"])[:10] < str(evenings[0].day) for row in sample_year().known)


def test_the_attributes_that_its_stages_read_are_told_before_the_year_begins() -> None:
    known = {name for row in sample_year().known if row["type"] == "organisation" for name in row.get("attributes", ())}
    assert {"plan", "arr", "seats", "renewal_date", "churned"} <= known


def test_ST_02_its_stages_are_the_guides_with_three_to_five_objectives_manual_ones_and_one_for_a_segment() -> None:
    assert [each.key for each in STAGES] == ["onboarding", "adoption", "expansion", "renewal"]
    objectives = [each for stage in STAGES for each in stage.objectives]
    assert all(3 <= len(stage.objectives) <= 5 for stage in STAGES)
    assert any(each.manual for each in objectives)
    assert any(each.applies_to for each in objectives)


def test_who_was_reviewed_renews_and_what_is_ticked_lies_within_the_last_days_of_a_term() -> None:
    bills = Counter(row["name"] for row in rows_of("event", "billing"))
    assert bills["Subscription Renewed"] > 20
    assert 5 < bills["Subscription Cancelled"] < bills["Subscription Renewed"]
    ticks = [each for evening in sample_year().evenings for each in evening.ticks]
    assert {each.objective for each in ticks} == {each.key for each in STAGES[3].objectives if each.manual}
    ends: dict[str, list[datetime]] = {}
    for row in rows_of("organisation", "billing"):
        if row["attributes"].get("renewal_date"):
            end = datetime.fromisoformat(row["attributes"]["renewal_date"]).replace(tzinfo=UTC)
            ends.setdefault(row["identities"][0]["value"], []).append(end)
    for each in ticks:
        at = datetime.fromisoformat(each.at)
        assert any(end - timedelta(days=60) <= at <= end + timedelta(days=1) for end in ends[each.organisation]), each
