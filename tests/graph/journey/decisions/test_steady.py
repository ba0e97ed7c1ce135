"""Midnight moves the windows of many organisations and the stages of few: only those are taken through a step (T3)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from graph.computed import define_roll_up
from graph.journey.decisions.step import Decision, step
from graph.journey.definitions.definition import ExitRule, Stage
from graph.rollups import RollUp, StoredRollUp
from tests.graph.journey.company import START, Company, day

LATELY = StoredRollUp("lately", RollUp("COUNT_DISTINCT", "EVENTS", window_days=3))
FOURTH = day(2.5)
"""The midnight at which the first day is in the window no longer."""


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The instants of the steps that are worked out."""
    instants: list[int] = []

    def noted(program: Any, known: Any, stays: Any, at: Any, **how: Any) -> Decision:
        instants.append(at.now)
        return step(program, known, stays, at, **how)

    monkeypatch.setattr("graph.journey.decisions.batch_step.step", noted)
    return instants


async def busy(company: Company, organisation: str, *days: int) -> None:
    """Somebody of it was there on these days."""
    for each in days:
        await company.event(organisation, "Signed In", START + timedelta(days=each, hours=-1), f"{organisation} ann")


def stage(entry: str) -> Stage:
    return Stage("quiet", "customer", "Quiet", entry, ExitRule("ONGOING"), 1)


async def test_whom_a_midnight_changes_nothing_of_is_evaluated_and_not_stepped(
    company: Company, steps: list[int]
) -> None:
    await company.organisation("acme")
    await define_roll_up(company.graph, company.clock, LATELY)
    await company.live(stage("lately = 0"))
    company.clock.advance(timedelta(days=1))
    await busy(company, "acme", 0, 1)
    await company.evaluator.evaluate_stale()
    await company.after(hours=1)
    steps.clear()
    company.clock.set(START + timedelta(days=3))
    assert await company.evaluator.evaluate_due() == 1
    assert steps == []
    company.clock.set(START + timedelta(days=4))
    assert await company.evaluator.evaluate_due() == 1
    assert steps == [day(3.5)]


async def test_whom_the_same_midnight_changes_elsewhere_is_stepped(company: Company, steps: list[int]) -> None:
    await company.organisation("holding")
    await company.organisation("shop", parent="holding")
    await define_roll_up(company.graph, company.clock, LATELY)
    company.clock.advance(timedelta(days=1))
    await busy(company, "holding", 0)
    await busy(company, "shop", 0, 1)
    await company.live(stage("parent (lately = 0)"))
    assert await company.stays("organisation") == []
    steps.clear()
    company.clock.set(START + timedelta(days=3))
    await company.evaluator.evaluate_due()
    assert FOURTH in steps
    assert await company.stays("organisation", "entered") == [("shop", FOURTH)]
