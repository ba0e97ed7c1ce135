"""Reports on stays in the graph: metrics, findings, signals, advice and charts, on both engines."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from graph.errors import UserMistake
from graph.journey.changes.stages import save_stage
from graph.journey.definitions.definition import ExitRule, Stage
from graph.journey.reports.reporting import advise, chart, report, signals
from graph.journey.reports.troubleshooting import troubleshoot
from graph.journey.reports.visits import Period
from tests.graph.journey.company import Company, day
from tests.graph.journey.onboarding import ONBOARDING, PROJECT, run_onboarding


async def test_JS_02_a_stage_is_measured_with_the_number_behind_each_figure(company: Company) -> None:
    await run_onboarding(company)
    found = (await report(company.graph, company.clock, "onboarding")).metrics
    assert (found.entered, found.completed, found.exited, found.occupants) == (13, 12, 0, 1)
    assert (found.entry_rate, found.days.average, found.days.n) == (13 / 14, 6.5, 12)
    assert (found.objectives[0].reached, found.objectives[0].eligible) == (12, 13)
    early = await report(company.graph, company.clock, "onboarding", period=Period(until=day(6.5)))
    assert early.metrics.completed == 6
    rich = await report(company.graph, company.clock, "onboarding", segment="arr > 1000")
    assert (rich.metrics.entered, rich.metrics.entry_rate) == (3, 1.0)


async def test_SG_01_who_is_pending_twice_as_long_as_the_average_is_a_signal_with_its_revenue(company: Company) -> None:
    await run_onboarding(company)
    found = await signals(company.graph, company.clock)
    assert [(each.objective, len(each.late)) for each in found.signals] == [("first_project", 1)]
    assert (found.revenue, found.signals[0].late[0].days_pending) == (5000.0, 30.0)
    with pytest.raises(UserMistake, match="is no number"):
        await signals(company.graph, company.clock, revenue="plan")


async def test_J6_a_chain_that_leaves_organisations_behind_is_pointed_out_with_their_number(company: Company) -> None:
    await run_onboarding(company)
    await company.after(days=60)
    adoption = Stage(
        "adoption", "customer", "Adoption", "last_completed_onboarding_stage has any value", ExitRule("ONGOING")
    )
    await company.live(adoption)
    advice = await advise(company.graph, company.clock, "adoption")
    chained = [each for each in advice if "last_left_onboarding_stage" in each.message]
    assert len(chained) == 1
    assert "1 organisation" in chained[0].message


async def test_charts_are_well_formed_pictures_of_what_was_lived(company: Company) -> None:
    await run_onboarding(company)
    for kind in ("funnel", "completion"):
        drawn = await chart(company.graph, company.clock, "onboarding", kind)  # type: ignore[arg-type]
        assert ET.fromstring(drawn).tag.endswith("svg")
        assert "First project" in drawn


async def test_ST_20_what_keeps_a_stage_from_working_is_named_with_what_would_mend_it(company: Company) -> None:
    await company.organisation("Acme", plan="pro", seats=2)
    strict = Stage("vip", "customer", "VIP", "plan = 'pro' and seats >= 100", ExitRule("ONGOING"))
    await save_stage(company.graph, company.clock, strict)
    found = {each.what: each for each in await troubleshoot(company.graph, company.clock, "vip")}
    assert not found["Is the stage live?"].fine
    assert found["Does anybody match `plan = 'pro'`?"].fine
    assert (found["Does anybody match `seats >= 100`?"].fine, found["Has `seats` values?"].fine) == (False, True)


async def test_ST_20_an_objective_that_nobody_can_complete_is_too_hard(company: Company) -> None:
    await company.organisation("Acme", plan="pro", projects=0)
    await company.live(ONBOARDING, PROJECT)
    found = [each for each in await troubleshoot(company.graph, company.clock, "onboarding") if not each.fine]
    assert [each.complaint for each in found] == ["nothing_completes"]
    assert "too hard" in (found[0].mend or "")
