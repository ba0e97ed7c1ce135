"""The step decides what a plain oracle decides, whatever the history; and what is stale or due is all it needs (J1, T3, T4)."""

from __future__ import annotations

import os
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.journey.decisions.stay import Achievement, Stay
from graph.journey.definitions.definition import ExitRule, Journey, Objective, Reentry, Stage
from tests.graph.criteria.oracle import DAY
from tests.graph.criteria.world import Organisation
from tests.graph.journey import worlds
from tests.graph.journey.implementation import Implementation
from tests.graph.journey.rules import compare, instant_within_last
from tests.graph.journey.simulation import (
    Asked,
    Deciding,
    Knowledge,
    Moments,
    Simulation,
    Way,
    agree,
    ask_oracle,
    next_point,
    ordered,
)
from tests.graph.journey.worlds import START

pytestmark = pytest.mark.grows

EXAMPLES = settings(
    max_examples=1000 if os.environ.get("MEMBERGRAPH_LONG") == "1" else 80,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
HISTORIES = st.randoms(use_true_random=False).map(worlds.history)


def oracle_of(history: worlds.History) -> Deciding:
    """The oracle; due at the next instant at which anything at all could change."""
    end = history.moments[-1].at

    def decide(asked: Asked) -> tuple[list[Stay], int | None]:
        stays = ask_oracle(asked)
        return stays, next_point(replace(asked, stays=tuple(stays)), history.windows, end)

    return decide


def decided(history: worlds.History, decide: Deciding, way: Way, knowledge: Knowledge = "taken") -> Moments:
    return list(Simulation(history, decide, way, knowledge).run())


@EXAMPLES
@given(history=HISTORIES)
def test_what_is_stale_or_due_decides_what_the_oracle_decides_at_every_instant_j1_t3(history: worlds.History) -> None:
    step = Implementation(history.stages)
    expected = decided(history, oracle_of(history), "every instant")
    agree(decided(history, step, "incremental"), expected)
    agree(decided(history, step, "full"), expected)


@EXAMPLES
@given(history=HISTORIES)
def test_what_is_stale_or_due_decides_what_everything_does_where_due_steps_see_later_facts_t4(
    history: worlds.History,
) -> None:
    step = Implementation(history.stages)
    full = Simulation(history, step, "full", "committed")
    agree(decided(history, step, "incremental", "committed"), list(full.run()))
    for asked in full.steps:
        agree([{"": ordered(step.step(asked).stays)}], [{"": ordered(ask_oracle(asked))}])


@EXAMPLES
@given(history=HISTORIES)
def test_the_rules_leave_nothing_that_a_second_look_would_decide_otherwise_j2(history: worlds.History) -> None:
    """The oracle alone: to look at an organisation once more changes nothing."""
    expected = decided(history, oracle_of(history), "every instant")
    agree(decided(history, oracle_of(history), "incremental"), expected)


@pytest.mark.parametrize("seed", range(40))
def test_seeded_histories_are_decided_as_the_oracle_does(seed: int) -> None:
    history = worlds.history(Random(seed))
    expected = decided(history, oracle_of(history), "every instant")
    agree(decided(history, Implementation(history.stages), "incremental"), expected)


def due(stage: Stage, stay: Stay, now: int, **values: Any) -> int | None:
    journeys = (Journey("j", "j", stages=(stage,)),)
    asked = Asked(journeys, {(stage.key, 1): stage}, Organisation("o", values), (stay,), now)
    return Implementation([stage])(asked)[1]


def test_a_marker_is_watched_by_time_after_it_held_first_t3() -> None:
    marker = Objective("m", "m", "MARKER", instant_within_last("trial_at", 7))
    stage = Stage("s", "j", "s", compare("plan", "=", "pro"), ExitRule("ONGOING"), status="LIVE", objectives=(marker,))
    stay = Stay("s", 1, 1, START, applicable=frozenset("m"), achieved={"m": Achievement(START)}, holding=frozenset("m"))
    assert due(stage, stay, START, trial_at=START) == START + 7 * DAY


def test_the_end_of_a_delay_of_re_entry_is_due_t3() -> None:
    entry = compare("plan", "=", "pro")
    stage = Stage("s", "j", "s", entry, ExitRule("AFTER_DAYS", 1), status="LIVE", reentry=Reentry("AFTER_DAYS", 7))
    left = START + DAY
    stay = Stay("s", 1, 1, START, exited_at=left, outcome="COMPLETED", reason="days", entry_gone=True)
    assert due(stage, stay, left + DAY, plan="pro") == left + 7 * DAY
