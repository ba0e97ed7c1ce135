"""The impact of another order or rule of a journey is assessed before, and is what then happens, on both engines (J9)."""

from __future__ import annotations

from typing import Any

import pytest

from graph.journey.changes.impact import ChangeImpact, NeedsConfirmation
from graph.journey.changes.journeys import save_journey
from graph.journey.changes.stages import set_stage_status
from graph.journey.definitions.definition import ExitRule, Objective, Stage
from tests.graph.journey.company import Company

CALL = Objective("call", "Call", manual=True)
DEMO = Objective("demo", "Demo", manual=True)
TRIAL = Stage("trial", "customer", "Trial", "plan has any value", ExitRule("ALL_OBJECTIVES"), 1)
PRO = Stage("pro", "customer", "Pro", "plan = 'pro'", ExitRule("ALL_OBJECTIVES"), 2)


async def saved(company: Company, *, confirm: bool = False, **fields: Any) -> dict[str, ChangeImpact]:
    found = await save_journey(company.graph, company.clock, "customer", confirm=confirm, **fields)
    await company.evaluator.evaluate_stale()
    return found


async def exclusive(company: Company) -> tuple[list[str], list[str]]:
    """Eight with the plan `pro`, in that stage alone, and six others in their trial."""
    assert await saved(company, exclusive=True) == {}
    pro, free = await company.organisations(8, "pro"), await company.organisations(6, "free")
    await company.live(PRO, DEMO)
    await company.live(TRIAL, CALL)
    await company.evaluator.evaluate_stale()
    assert (await company.occupants("trial"), await company.occupants("pro")) == (set(free), set(pro))
    return pro, free


async def test_J9_a_journey_that_ceases_to_be_exclusive_lets_in_whom_another_stage_kept_out(company: Company) -> None:
    pro, free = await exclusive(company)
    with pytest.raises(NeedsConfirmation, match="'trial'") as caught:
        await saved(company, exclusive=False)
    assert caught.value.changes == {"trial": ChangeImpact(6, entering=tuple(sorted(pro))), "pro": ChangeImpact(8)}
    assert await company.occupants("trial") == set(free)
    assert await saved(company, exclusive=False, confirm=True) == caught.value.changes
    assert await company.occupants("trial") == {*pro, *free}


async def test_J9_in_another_order_who_enters_one_stage_leaves_the_other(company: Company) -> None:
    pro, free = await exclusive(company)
    with pytest.raises(NeedsConfirmation) as caught:
        await saved(company, stages=["pro", "trial"])
    moved = tuple(sorted(pro))
    assert caught.value.changes == {"pro": ChangeImpact(8, leaving=moved), "trial": ChangeImpact(6, entering=moved)}
    assert await saved(company, stages=["pro", "trial"], confirm=True) == caught.value.changes
    assert (await company.occupants("trial"), await company.occupants("pro")) == ({*pro, *free}, set())


async def test_J9_a_stage_in_a_journey_of_its_own_no_longer_keeps_anybody_out(company: Company) -> None:
    pro, free = await exclusive(company)
    with pytest.raises(NeedsConfirmation) as caught:
        await save_journey(company.graph, company.clock, "plans", stages=["pro"])
    assert caught.value.changes == {"trial": ChangeImpact(6, entering=tuple(sorted(pro))), "pro": ChangeImpact(8)}
    await save_journey(company.graph, company.clock, "plans", stages=["pro"], confirm=True)
    await company.evaluator.evaluate_stale()
    assert (await company.occupants("trial"), await company.occupants("pro")) == ({*pro, *free}, set(pro))


async def test_J9_a_name_and_the_order_of_stages_side_by_side_move_nobody(company: Company) -> None:
    await exclusive(company)
    assert await saved(company, name="Customers") == {}
    assert await saved(company, exclusive=True) == {}
    await saved(company, exclusive=False, confirm=True)
    found = await saved(company, stages=["pro", "trial"])
    assert {each: (impact.leaving, impact.entering) for each, impact in found.items()} == {
        "pro": ((), ()),
        "trial": ((), ()),
    }


async def test_J9_a_paused_stage_keeps_out_and_takes_in_nobody(company: Company) -> None:
    pro, _ = await exclusive(company)
    await set_stage_status(company.graph, company.clock, "trial", "PAUSED")
    assert await saved(company, exclusive=False) == {"pro": ChangeImpact(8)}
    assert await company.occupants("pro") == set(pro)
