from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from graph.attributes.catalogue import Catalogue, Definition
from graph.clock import epoch_ms
from graph.criteria import Snapshot, parse
from graph.criteria.mentions import attributes
from graph.criteria.tree import clauses
from graph.journey.decisions.compiled_journeys import CompiledJourneys, compile_journeys
from graph.journey.decisions.stay import Stay
from graph.journey.decisions.step import StepTime, step
from graph.journey.definitions.checking import check_objective, check_stage, check_status
from graph.journey.definitions.definition import Stage
from graph.journey.definitions.generated import generated_definitions
from graph.journey.definitions.linting import LintContext, lint
from graph.journey.definitions.templates import NEEDS, TEMPLATE, missing, needs

STAGES = TEMPLATE.stages
CATALOGUE = Catalogue(tuple(Definition("organisation", each.name, each.type) for each in NEEDS))
WHOLE = Catalogue((*CATALOGUE.definitions, *(one for each in STAGES for one in generated_definitions(each))))
START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_ST_02_the_four_stages_stand_in_their_order_as_drafts():
    assert [each.key for each in STAGES] == ["onboarding", "adoption", "expansion", "renewal"]
    assert [each.position for each in STAGES] == [0, 1, 2, 3]
    assert {each.status for each in STAGES} == {"DRAFT"}
    assert [each.exit.mode for each in STAGES] == ["AFTER_DAYS", "ALL_OBJECTIVES_OR_AFTER_DAYS", "ONGOING", "CRITERIA"]
    keys = [one.key for each in STAGES for one in each.objectives]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("stage", STAGES, ids=lambda each: each.key)
def test_each_can_be_saved_and_go_live_and_gets_no_advice(stage: Stage):
    check_stage(stage, WHOLE)
    check_status(stage, "LIVE")
    for each in stage.objectives:
        check_objective(stage, each, STAGES, WHOLE)
    live = tuple(replace(each, status="LIVE") for each in STAGES)
    assert lint(replace(stage, status="LIVE"), LintContext(CATALOGUE, live)) == []
    assert 4 <= len(stage.objectives) <= 7


@pytest.mark.parametrize("stage", STAGES, ids=lambda each: each.key)
def test_ST_02_what_is_needed_is_what_the_criteria_read(stage: Stage):
    texts = [stage.entry, stage.exit.criteria, stage.exit.completed_when, *(each.criteria for each in stage.objectives)]
    roots = [parse(text, subject="organisation", catalogue=WHOLE).root for text in texts if text]
    read = {one.definition for root in roots for clause in clauses(root) for one in attributes(clause)}
    ingested = {each.name for each in read if each.origin == "ingested"}
    assert {each.name for each in needs(stage)} == ingested
    assert missing(stage, ingested) == ()
    assert missing(stage, ()) == needs(stage)


def test_every_attribute_that_is_listed_is_needed():
    assert {one for each in STAGES for one in needs(each)} == set(NEEDS)


# ---------------------------------------------------------------- a customer's two years


def program() -> CompiledJourneys:
    live = replace(TEMPLATE, stages=tuple(replace(each, status="LIVE") for each in STAGES))
    return compile_journeys([live], {}, WHOLE)


def history(values_on, days: int) -> list[Stay]:
    """Return the stays of a customer with these values day by day."""
    compiled, stays = program(), ()
    for day in range(days):
        now = epoch_ms(START + timedelta(days=day))
        stays = step(compiled, Snapshot(values_on(day)), stays, StepTime(now, facts_at=now, stated_at=now)).stays
    return list(stays)


def test_a_customer_goes_through_all_four_and_renews_every_year():
    def known(day: int) -> dict[str, object]:
        renewal = date(2026, 12, 31) if day < 360 else date(2027, 12, 31)
        return {
            "firstSeenAt": START,
            "projects_created": day // 10,
            "renewal_date": renewal,
            "seats": 10,
            "seats_used": 9,
        }

    stays = history(known, 700)
    found = sorted(
        (each.stage, each.number, round((each.entered_at - epoch_ms(START)) / 86_400_000), each.outcome)
        for each in stays
    )
    # Adoption runs out with objectives missing. The 90 days of Renewal end with the date itself, which is day 364 (C2).
    assert found == [
        ("adoption", 1, 30, "EXITED"),
        ("expansion", 1, 90, None),
        ("onboarding", 1, 0, "COMPLETED"),
        ("renewal", 1, 275, "COMPLETED"),
        ("renewal", 2, 640, None),
    ]


def test_a_customer_who_churns_leaves_renewal_without_completion():
    def known(day: int) -> dict[str, object]:
        return {"firstSeenAt": START, "renewal_date": date(2026, 2, 1), "churned": day >= 20}

    renewal = next(each for each in history(known, 40) if each.stage == "renewal")
    assert (renewal.outcome, renewal.reason) == ("EXITED", "criteria")
