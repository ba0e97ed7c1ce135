"""A company with a history in one stage: for tests of reports on it, in the graph, the API and the command line."""

from __future__ import annotations

from datetime import timedelta

from graph.journey.definitions.definition import ExitRule, Objective, Stage
from tests.graph.journey.company import START, Company

ONBOARDING = Stage("onboarding", "customer", "Onboarding", "plan = 'pro'", ExitRule("ALL_OBJECTIVES_OR_AFTER_DAYS", 60))
PROJECT = Objective("first_project", "First project", criteria="projects >= 1")


async def run_onboarding(company: Company) -> None:
    """Let 30 days pass: twelve organisations complete after one to twelve days, one is late, one never enters."""
    for i in range(1, 13):
        await company.organisation(f"o{i}", plan="pro", projects=0, arr=100 * i)
    await company.organisation("late", plan="pro", projects=0, arr=5000)
    await company.organisation("free", plan="free", projects=0, arr=1)
    await company.live(ONBOARDING, PROJECT)
    for i in range(1, 13):
        company.clock.set(START + timedelta(days=i))
        await company.organisation(f"o{i}", projects=1)
        await company.evaluator.evaluate_stale()
    await company.after(days=18)
