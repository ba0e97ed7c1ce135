"""Signals acknowledged, snoozed and woken in the graph, on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from graph.errors import UserMistake
from graph.journey.decisions.manual_changes import complete_objective, take_out
from graph.journey.reports.reporting import signals
from graph.journey.reports.signals import Signals
from graph.journey.reports.silence import Silence
from graph.journey.reports.silencing import Remark, acknowledge, snooze, wake
from tests.graph.journey.company import START, Company, day
from tests.graph.journey.onboarding import run_onboarding

LATE = "late"


async def found(company: Company) -> Signals:
    return await signals(company.graph, company.clock)


async def names(company: Company) -> tuple[set[str], set[str]]:
    """Return the names of the late organisations that ask for attention, and of the silenced ones."""
    rows = await company.graph.query("MATCH (o:Organisation) RETURN o.id AS id, o.name AS name", {})
    name = {row["id"]: row["name"] for row in rows}
    known = await found(company)
    return {name[each] for each in known.organisations}, {name[each] for each in known.silenced}


async def joined(company: Company, name: str) -> str:
    """Another organisation that begins now, and does nothing."""
    id_ = await company.organisation(name, plan="pro", projects=0)
    await company.evaluator.evaluate_stale()
    return id_


async def test_SG_10_acknowledged_is_silent_until_it_has_been_late_for_twice_as_long(company: Company) -> None:
    await run_onboarding(company)
    (late,) = (await found(company)).organisations
    done = await acknowledge(company.graph, company.clock, "first_project", late, remark=Remark("Ann", "calls them"))
    assert (done.organisations, done.until) == (1, START + timedelta(days=60)), "pending for thirty days by then"
    assert await names(company) == (set(), {LATE})
    (signal,) = (await found(company)).signals
    assert signal.silenced[0].silence == Silence("ACKNOWLEDGED", day(30), day(60), "Ann", "calls them")
    company.clock.set(START + timedelta(days=60) - timedelta(milliseconds=1))
    assert await names(company) == (set(), {LATE})
    company.clock.advance(timedelta(milliseconds=1))
    assert await names(company) == ({LATE}, set()), "it has worsened, and nothing had to run"


async def test_SG_10_of_a_whole_signal_those_late_are_acknowledged_and_newcomers_ask_for_attention(
    company: Company,
) -> None:
    await run_onboarding(company)
    await joined(company, "Newcomer")
    assert (await acknowledge(company.graph, company.clock, "first_project")).organisations == 1
    await company.after(days=14)
    assert await names(company) == ({"Newcomer"}, {LATE})


async def test_SG_10_a_snooze_of_a_whole_signal_covers_who_comes_to_be_late(company: Company) -> None:
    await run_onboarding(company)
    await joined(company, "Newcomer")
    until = START + timedelta(days=50)
    assert (await snooze(company.graph, company.clock, "first_project", until)).organisations == 1
    await company.after(days=14)
    assert await names(company) == (set(), {LATE, "Newcomer"})
    company.clock.set(until)
    assert await names(company) == ({LATE, "Newcomer"}, set())


async def test_SG_10_what_was_said_is_replaced_and_taken_back(company: Company) -> None:
    await run_onboarding(company)
    (late,) = (await found(company)).organisations
    await snooze(company.graph, company.clock, "first_project", START + timedelta(days=99), late)
    await snooze(company.graph, company.clock, "first_project", START + timedelta(days=31), late)
    assert (await found(company)).signals[0].silenced[0].silence == Silence("SNOOZED", day(30), day(31))
    await wake(company.graph, company.clock, "first_project", late)
    assert await names(company) == ({LATE}, set())
    await snooze(company.graph, company.clock, "first_project", START + timedelta(days=40))
    with pytest.raises(UserMistake, match="The whole signal is snoozed"):
        await wake(company.graph, company.clock, "first_project", late)
    await wake(company.graph, company.clock, "first_project")
    assert await names(company) == ({LATE}, set())


@pytest.mark.parametrize("how", ["completes", "leaves"])
async def test_SG_10_a_silence_ends_with_the_objective_and_with_the_stay(company: Company, how: str) -> None:
    await run_onboarding(company)
    (late,) = (await found(company)).organisations
    await acknowledge(company.graph, company.clock, "first_project", late)
    if how == "completes":
        await complete_objective(company.graph, company.clock, late, "first_project")
    else:
        await take_out(company.graph, company.clock, late, "onboarding")
    assert await names(company) == (set(), set())
    with pytest.raises(UserMistake) as caught:
        await snooze(company.graph, company.clock, "first_project", START + timedelta(days=90), late)
    assert (caught.value.code, caught.value.field) == ("NOT_LATE", "organisation")


async def test_I4_a_silence_goes_along_with_a_merge_and_comes_back_with_its_undoing(company: Company) -> None:
    await run_onboarding(company)
    twin = await joined(company, "Twin")
    await company.after(days=20)
    (late,) = (await found(company)).organisations - {twin}

    async def ids() -> tuple[frozenset[str], frozenset[str]]:
        known = await found(company)
        return known.organisations, known.silenced

    await acknowledge(company.graph, company.clock, "first_project", twin)
    assert await ids() == ({late}, {twin})
    await company.writer.merge("organisation", late, twin)
    assert await ids() == (set(), {late}), "both stays are open still, and one of them is silenced"
    await company.after(minutes=1)
    assert ("merged",) in await company.stays("reason")
    assert await ids() == (set(), {late}), "the stay that began first goes on with its silence"
    await company.writer.unmerge("organisation", late, twin)
    await company.after(minutes=1)
    assert await ids() == ({late}, {twin})


async def test_SG_10_what_cannot_be_said_of_a_signal_is_a_mistake(company: Company) -> None:
    await run_onboarding(company)
    (late,) = (await found(company)).organisations
    graph, clock = company.graph, company.clock
    for making, code in (
        (snooze(graph, clock, "first_project", clock.now(), late), "INVALID_UNTIL"),
        (acknowledge(graph, clock, "frst_project", late), "NOT_FOUND"),
        (acknowledge(graph, clock, "first_project", "o_nobody"), "NOT_LATE"),
        (wake(graph, clock, "first_project", late), "NOT_SILENCED"),
        (wake(graph, clock, "first_project"), "NOT_SILENCED"),
    ):
        with pytest.raises(UserMistake) as caught:
            await making
        assert caught.value.code == code
    await acknowledge(graph, clock, "first_project")
    with pytest.raises(UserMistake, match="1 are silenced already"):
        await acknowledge(graph, clock, "first_project")
