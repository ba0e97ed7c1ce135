"""The advice on pausing: who waits, and which days end meanwhile (T4)."""

from __future__ import annotations

from dataclasses import replace

from graph.journey.changes.pausing import PausedStays, pause_advice, paused_stays
from graph.journey.changes.stages import set_stage_status
from graph.journey.definitions.definition import ExitRule, Stage
from graph.journey.definitions.stored import Library
from tests.graph.journey.company import Company
from tests.graph.journey.stays import DAY, STAGE, START, visit

TRIAL = Stage("trial", "customer", "Trial", "plan = 'trial'", ExitRule("AFTER_DAYS", 10))


def test_J9_each_stay_waits_for_the_days_of_its_own_version() -> None:
    short = replace(STAGE, exit=ExitRule("AFTER_DAYS", 7))
    library = Library(versions={("onboarding", 1): short})
    stage = replace(STAGE, version=2)
    visits = [visit("a", day=3), visit("b", version=2), visit("left", stays=5)]
    assert paused_stays(stage, library, visits) == PausedStays(2, (START + 10 * DAY, START + 30 * DAY))
    for rule in (ExitRule("ONGOING"), ExitRule("CRITERIA", criteria="x = 1")):
        assert paused_stays(replace(STAGE, exit=rule), Library(), visits) == PausedStays(2)


async def test_T4_pausing_says_who_waits_and_resuming_what_it_took(company: Company) -> None:
    async def advice_on(status: str) -> str:
        changed = await set_stage_status(company.graph, company.clock, "trial", status)  # type: ignore[arg-type]
        (one,) = await pause_advice(company.graph, changed)
        return one.message

    await company.organisation("Free", plan="free")
    await company.live(TRIAL)
    assert "Nobody is in it." in await advice_on("PAUSED")
    assert "nothing fell due" in await advice_on("LIVE")
    await company.organisation("Acme", plan="trial")
    await company.after(days=1)
    await company.organisation("Bolt", plan="trial")
    await company.evaluator.evaluate_stale()
    advice = await advice_on("PAUSED")
    assert "2 organisations inside: nobody moves until it is resumed." in advice
    assert "The days of 2 of them end the first at 2026-01-11 12:00 UTC, the last at 2026-01-12 12:00 UTC" in advice
    await company.after(days=9, hours=12)
    assert "Of 2 organisations inside 1 leave at once" in await advice_on("LIVE"), "the days of the other end tomorrow"
