"""The impact of a change of a live stage is assessed before, and is what then happens, on both engines (J9)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from graph.journey.changes.impact import ChangeImpact, NeedsConfirmation
from graph.journey.changes.journeys import save_journey
from graph.journey.changes.stages import SavedStage, remove_objective, save_objective, save_stage, set_stage_status
from graph.journey.decisions.manual_changes import complete_objective
from graph.journey.definitions.definition import ExitRule, Objective, Reentry, Stage
from tests.graph.journey.company import Company

PRO = Stage("pro", "customer", "Pro", "plan = 'pro'", ExitRule("ALL_OBJECTIVES"))
CALL = Objective("call", "Call", manual=True)
DEMO = Objective("demo", "Demo", manual=True)
Change = Callable[..., Awaitable[SavedStage]]


async def refused(change: Change, company: Company, *arguments: Any) -> ChangeImpact:
    """Return the impact of a change that needs a confirmation, and check that nothing is changed."""
    stage = await company.graph.query("MATCH (s:Stage) RETURN s.key AS key, s.version AS version, s.entry AS entry", {})
    with pytest.raises(NeedsConfirmation) as caught:
        await change(company.graph, company.clock, *arguments)
    assert (caught.value.code, caught.value.field) == ("CONFIRMATION_NEEDED", "confirm")
    assert stage == await company.graph.query(
        "MATCH (s:Stage) RETURN s.key AS key, s.version AS version, s.entry AS entry", {}
    )
    (found,) = caught.value.changes.values()
    return found


async def confirmed(change: Change, company: Company, *arguments: Any, stage: str = "pro") -> tuple[set[str], set[str]]:
    """Make a change with a confirmation, and return the organisations that left and entered."""
    before = await company.occupants(stage)
    await change(company.graph, company.clock, *arguments, confirm=True)
    await company.evaluator.evaluate_stale()
    after = await company.occupants(stage)
    return before - after, after - before


async def test_J9_an_entry_that_floods_is_told_before_and_made_when_confirmed(company: Company) -> None:
    await company.organisations(10, "pro")
    free = await company.organisations(3, "free")
    await company.live(PRO, CALL)
    wide = replace(PRO, entry="plan = 'pro' or plan = 'free'")
    assert await refused(save_stage, company, wide) == ChangeImpact(10, entering=tuple(sorted(free)))
    assert await confirmed(save_stage, company, wide) == (set(), set(free))


async def test_J9_a_fifth_of_the_occupants_needs_no_confirmation_and_is_told_all_the_same(company: Company) -> None:
    await company.organisations(10, "pro")
    free = await company.organisations(2, "free")
    await company.live(PRO, CALL)
    changed = await save_stage(company.graph, company.clock, replace(PRO, entry="plan in ('pro', 'free')"))
    assert changed.impact == ChangeImpact(10, entering=tuple(sorted(free)))
    assert changed.stage.version == 2
    # Words and rules that reach nobody inside move nobody.
    changed = await save_stage(company.graph, company.clock, replace(changed.stage, exit=ExitRule("AFTER_DAYS", 1)))
    assert changed.impact == ChangeImpact(10)


async def test_J9_an_objective_taken_out_lets_those_leave_who_have_the_others(company: Company) -> None:
    ids = await company.organisations(10, "pro")
    await company.live(PRO, CALL, DEMO)
    for id in ids[:3]:
        await complete_objective(company.graph, company.clock, id, "call")
    await company.evaluator.evaluate_stale()
    found = await refused(remove_objective, company, "pro", "demo")
    assert found == ChangeImpact(10, leaving=tuple(sorted(ids[:3])))
    assert await confirmed(remove_objective, company, "pro", "demo") == (set(ids[:3]), set())


async def test_J5_J9_who_is_left_with_nothing_to_complete_is_stranded(company: Company) -> None:
    ids = await company.organisations(6, "pro")
    await company.live(PRO, CALL)
    timed = replace(PRO, exit=ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 30))
    assert (await save_stage(company.graph, company.clock, timed)).impact == ChangeImpact(6), "open stays keep theirs"
    found = await refused(remove_objective, company, "pro", "call")
    assert found == ChangeImpact(6, stranded=tuple(sorted(ids)))
    await confirmed(remove_objective, company, "pro", "call")
    await company.after(days=400)
    assert await company.occupants("pro") == set(ids)


async def test_J5_J9_an_objective_that_nobody_can_complete_strands(company: Company) -> None:
    ids = await company.organisations(6, "pro")
    await company.live(PRO, CALL)
    never = Objective("never", "Never", criteria="seats > 9 and seats < 3")
    assert await refused(save_objective, company, "pro", never) == ChangeImpact(6, stranded=tuple(sorted(ids)))
    likely = replace(never, criteria="seats > 9")
    assert (await save_objective(company.graph, company.clock, "pro", likely)).impact == ChangeImpact(6)


@pytest.mark.parametrize(("newcomers", "asked"), [(1, False), (2, True)])
async def test_J9_of_a_small_stage_one_organisation_is_no_flood(company: Company, newcomers: int, asked: bool) -> None:
    await company.organisations(1, "pro")
    free = await company.organisations(newcomers, "free")
    await company.live(PRO, CALL)
    wide = replace(PRO, entry="plan has any value")
    if asked:
        assert (await refused(save_stage, company, wide)).entering == tuple(sorted(free))
    else:
        assert (await save_stage(company.graph, company.clock, wide)).impact == ChangeImpact(1, entering=tuple(free))


async def test_J9_what_happens_without_the_change_is_not_told_of_it(company: Company) -> None:
    await company.organisations(1, "free")
    await company.live(PRO, CALL)
    await company.organisations(9, "pro")  # nobody has looked yet
    changed = await save_stage(company.graph, company.clock, replace(PRO, entry="plan = 'pro' and seats >= 0"))
    assert changed.impact == ChangeImpact(0)


async def test_J7_J9_who_may_not_come_back_or_is_further_on_is_no_newcomer(company: Company) -> None:
    ids = await company.organisations(8, "pro")
    await company.live(PRO, CALL)
    await save_journey(company.graph, company.clock, "customer", exclusive=True)
    for id in ids[:2]:
        await complete_objective(company.graph, company.clock, id, "call")
    await company.live(Stage("later", "customer", "Later", "plan = 'free' and seats < 3", ExitRule("ONGOING"), 1))
    free = await company.organisations(6, "free")
    await company.evaluator.evaluate_stale()
    assert await company.occupants("later") == set(free[:3])
    wide = replace(PRO, entry="plan has any value", reentry=Reentry("ALWAYS"))
    assert (await refused(save_stage, company, wide)).entering == tuple(sorted(free[3:]))
    assert await confirmed(save_stage, company, wide) == (set(), set(free[3:]))


async def test_J9_a_paused_stage_that_is_changed_is_looked_at_as_if_it_were_live(company: Company) -> None:
    await company.organisations(6, "pro")
    free = await company.organisations(2, "free")
    await company.live(PRO, CALL)
    await set_stage_status(company.graph, company.clock, "pro", "PAUSED")
    wide = replace(PRO, entry="plan has any value")
    assert (await refused(save_stage, company, wide)).entering == tuple(sorted(free))


async def test_T4_resuming_tells_what_fell_due_and_asks_only_before_a_flood(company: Company) -> None:
    ids = await company.organisations(6, "pro")
    await company.live(replace(PRO, exit=ExitRule("AFTER_DAYS", 10)))
    await set_stage_status(company.graph, company.clock, "pro", "PAUSED")
    await company.after(days=11)
    free = await company.organisations(2, "free")
    resumed = await set_stage_status(company.graph, company.clock, "pro", "LIVE")
    assert resumed.impact == ChangeImpact(6, leaving=tuple(sorted(ids)), resumes=True)
    await company.evaluator.evaluate_stale()
    assert await company.occupants("pro") == set()
    await set_stage_status(company.graph, company.clock, "pro", "PAUSED")
    await company.after(days=1)
    for i in range(2):
        await company.organisation(f"free{i}", plan="pro")
    assert (await refused(set_stage_status, company, "pro", "LIVE")).entering == tuple(sorted(free))
    assert await confirmed(set_stage_status, company, "pro", "LIVE") == (set(), set(free))
