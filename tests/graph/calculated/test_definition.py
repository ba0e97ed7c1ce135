"""The values of calculated attributes, their order, and the definitions that are refused; no graph."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.attributes.catalogue import Catalogue, Definition
from graph.calculated.definition import Calculated, Calculation, Rule, compile_calculations, cycle
from graph.clock import epoch_ms
from graph.computed.calculated import check_calculated
from graph.criteria import CriteriaError, Snapshot
from graph.errors import UserMistake
from graph.journey.decisions.compiled_journeys import CompiledJourneys, compile_journeys
from graph.journey.decisions.journey_program import compile_journey_program
from graph.journey.decisions.step import StepTime, step
from graph.journey.definitions.definition import ExitRule, Journey, Objective, Stage
from graph.journey.definitions.generated import generated_definitions
from graph.journey.definitions.stored import Library

DAY = 86_400_000
NOW = epoch_ms(datetime(2026, 3, 10, 12, tzinfo=UTC))
INGESTED = (
    Definition("organisation", "seats", "integer"),
    Definition("organisation", "seats_used", "integer"),
    Definition("organisation", "arr", "float"),
    Definition("organisation", "plan", "text"),
    Definition("organisation", "renewal_date", "date"),
    Definition("organisation", "trial_at", "datetime"),
    Definition("organisation", "users", "integer", "rolled_up"),
)


def catalogue(*calculated: Calculated) -> Catalogue:
    return Catalogue((*INGESTED, *(each.definition for each in calculated)))


def compiled(*calculated: Calculated) -> tuple[Calculation, ...]:
    return compile_calculations(calculated, catalogue(*calculated))


def worth(formula: str, **values: Any) -> float | None:
    (calculation,) = compiled(Calculated("x", formula))
    return calculation.value(Snapshot(values), NOW)


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("seats_used / seats", 0.9),
        ("seats_used / seats * 100", 90),
        ("(seats - seats_used) / 2", 0.5),
        ("seats - seats_used / 2", 5.5),
        ("arr / 12", 100),
        ("-arr + 200", -1000),
        ("`seats` \N{MULTIPLICATION SIGN} 2 \N{MINUS SIGN} 1", 19),
        ("50% * seats", 5),
        ("users", None),
        ("users + 1", None),
        ("arr / (seats - 10)", None),
        ("arr * 1e300 * 1e300", None),
        ("3", 3),
    ],
)
def test_C1_a_formula_is_arithmetic_and_unknown_where_a_part_is(formula: str, expected: float | None):
    assert worth(formula, seats=10, seats_used=9, arr=1200.0) == pytest.approx(expected)


HEALTH = Calculated(
    "Health",
    score=(
        Rule("in use", 3, "seats_used >= 5"),
        Rule("paying", 2, "plan = 'pro' and arr > 0"),
        Rule("new", 1, "trial_at within last 7 days"),
    ),
)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, 0),
        ({"seats_used": 5}, 50),
        ({"seats_used": 5, "plan": "pro"}, 50),
        ({"seats_used": 5, "plan": "pro", "arr": 1.0}, 100 * 5 / 6),
        ({"seats_used": 9, "plan": "pro", "arr": 1.0, "trial_at": datetime(2026, 3, 9, tzinfo=UTC)}, 100),
    ],
)
def test_a_score_is_the_share_of_the_weights_that_hold(values: dict[str, Any], expected: float):
    (health,) = compiled(HEALTH)
    assert health.value(Snapshot(values), NOW) == pytest.approx(expected)


def test_T3_a_score_changes_by_time_alone_when_a_criterion_of_its_does():
    (health,) = compiled(HEALTH)
    begun = datetime(2026, 3, 9, tzinfo=UTC)
    flip = health.flip(Snapshot({"trial_at": begun}), NOW)
    assert flip is not None
    # The window's last instant belongs to it.
    assert epoch_ms(begun) + 7 * DAY <= flip <= epoch_ms(begun) + 7 * DAY + 1
    assert health.value(Snapshot({"trial_at": begun}), flip - 1) > health.value(Snapshot({"trial_at": begun}), flip)  # type: ignore[operator]
    assert health.flip(Snapshot({}), NOW) is None


# ---------------------------------------------------------------- one from another


@st.composite
def layers(draw: st.DrawFn) -> tuple[list[Calculated], dict[str, Fraction]]:
    """Attributes each of which reads some of those before it, in a drawn order, and what each is worth."""
    values: dict[str, Fraction] = {"seats": Fraction(draw(st.integers(1, 9)))}
    made = []
    for i in range(draw(st.integers(1, 7))):
        left, right = draw(st.sampled_from(sorted(values))), draw(st.sampled_from(sorted(values)))
        sign, number = draw(st.sampled_from("+-")), draw(st.integers(0, 3))
        made.append(Calculated(f"c{i}", f"{left} {sign} {right} * {number}"))
        values[f"c{i}"] = values[left] + (values[right] * number if sign == "+" else -values[right] * number)
    return draw(st.permutations(made)), values


@given(layers())
def test_J2_each_is_worked_out_after_those_that_it_reads(drawn: tuple[list[Calculated], dict[str, Fraction]]):
    calculated, expected = drawn
    known = Snapshot({"seats": int(expected["seats"])})
    for each in compiled(*calculated):
        known.values[each.property] = each.value(known, NOW)
    assert {name: Fraction(known.values[name]) for name in expected} == expected


def refused(calculated: Calculated, *others: Calculated) -> UserMistake:
    with pytest.raises(UserMistake) as caught:
        check_calculated(calculated, catalogue(*others))
    return caught.value


def test_a_circle_is_refused_by_the_names_in_it():
    usage = Calculated("usage", "seats_used / seats")
    risk = Calculated("risk", score=(Rule("idle", 1, "usage < 0.5"), Rule("small", 1, "arr < 10")))
    check_calculated(risk, catalogue(usage))
    mistake = refused(Calculated("usage", "seats_used / seats + risk / 100"), usage, risk)
    assert (mistake.code, mistake.field) == ("DEPENDS_ON_ITSELF", "formula")
    assert "usage reads risk reads usage" in str(mistake) or "risk reads usage reads risk" in str(mistake)


def test_one_that_reads_itself_is_a_circle_too_also_by_way_of_other_organisations():
    assert "x reads x" in str(refused(Calculated("x", "x + 1")))
    shared = Calculated("x", score=(Rule("family", 1, "parent (x > 50)"),))
    assert refused(shared).code == "DEPENDS_ON_ITSELF"


@given(st.dictionaries(st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdef")), min_size=1))
def test_circles_are_found_where_there_are_any(reads: dict[str, set[str]]):
    calculated = [Calculated(name, " + ".join(["1", *sorted(named & reads.keys())])) for name, named in reads.items()]
    found = cycle(calculated, catalogue(*calculated))
    left = {name: named & reads.keys() for name, named in reads.items()}
    while free := {name for name, named in left.items() if not named}:
        left = {name: named - free for name, named in left.items() if name not in free}
    assert bool(found) == bool(left)
    assert all(after in reads[before] for before, after in pairwise(found))
    assert not found or found[0] == found[-1]


@pytest.mark.parametrize(
    ("calculated", "code", "field"),
    [
        (Calculated("plan", "seats"), "NAME_TAKEN", "name"),
        (Calculated("users", "seats"), "NAME_TAKEN", "name"),
        (Calculated("version", "seats"), "INVALID_NAME", "name"),
        (Calculated("!", "seats"), "INVALID_NAME", "name"),
        (Calculated("x" * 201, "seats"), "INVALID_NAME", "name"),
        (Calculated("x"), "INVALID_CALCULATION", "formula"),
        (Calculated("x", "seats", HEALTH.score), "INVALID_CALCULATION", "formula"),
        (Calculated("x", score=(Rule("", 1, "seats > 1"),)), "INVALID_SCORE", "score.0.name"),
        (Calculated("x", score=(Rule("a", 1, "seats > 1"), Rule("a", 1, "arr > 1"))), "INVALID_SCORE", "score.1.name"),
        (Calculated("x", score=(Rule("a", 0, "seats > 1"),)), "INVALID_SCORE", "score.0.weight"),
        (Calculated("x", score=(Rule("a", float("inf"), "seats > 1"),)), "INVALID_SCORE", "score.0.weight"),
        (Calculated("x", score=(Rule("a", 1, "seat > 1"),)), "INVALID_CRITERION", "score.0.criterion"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(calculated: Calculated, code: str, field: str):
    mistake = refused(calculated)
    assert (mistake.code, mistake.field) == (code, field)


@pytest.mark.parametrize(
    ("formula", "line", "column", "message"),
    [
        ("seats_usd / seats", 1, 1, "did you mean `seats_used`?"),
        ("seats /\n  plan", 2, 3, "only numbers can be calculated with, and plan is text"),
        ("seats /", 1, 8, "the formula ends too early"),
        ("", 1, 1, "the formula is empty"),
        ("(seats > 1) * 2", 1, 2, "'seats > 1' is a condition"),
        ("seats > 1", 1, 7, "found '>' where"),
        ("plan", 1, 1, "only numbers"),
        ("seats + 1,000", 1, 10, "without commas"),
        ("any member (role = 'admin')", 1, 5, "found 'member'"),
    ],
)
def test_C4_a_formula_that_is_wrong_is_told_where(formula: str, line: int, column: int, message: str):
    mistake = refused(Calculated("x", formula))
    assert isinstance(mistake, CriteriaError)
    assert (mistake.line, mistake.column, mistake.field) == (line, column, "formula")
    assert message in str(mistake)


# ---------------------------------------------------------------- in the step


def program(stage: Stage, *calculated: Calculated) -> CompiledJourneys:
    known = Catalogue((*catalogue(*calculated).definitions, *generated_definitions(stage)))
    return compile_journeys([Journey("customer", "Customer", False, (stage,))], {}, known, calculated)


def test_J2_a_move_is_seen_by_what_is_calculated_and_that_by_the_next_move():
    inside = Rule("inside", 1, "currently_member_of_trial_stage = true")
    progress = Calculated("progress", score=(inside, Rule("paying", 1, "arr > 0")))
    doubled = Calculated("doubled", "progress * 2")
    leaving = ExitRule("CRITERIA", criteria="doubled >= 200")
    trial = Stage("trial", "customer", "Trial", entry="seats_used / seats >= 0.5", exit=leaving, status="LIVE")
    compiled_ = program(trial, doubled, progress)
    waiting = step(compiled_, Snapshot({"seats": 10, "seats_used": 5}), (), StepTime(NOW))
    assert [stay.is_open for stay in waiting.stays] == [True]
    assert waiting.calculated == {"progress": 50, "doubled": 100}
    exited = step(compiled_, Snapshot({"seats": 10, "seats_used": 5, "arr": 1.0}), waiting.stays, StepTime(NOW + DAY))
    assert [(stay.exited_at, stay.reason) for stay in exited.stays] == [(NOW + DAY, "criteria")]
    assert exited.calculated == {"progress": 50, "doubled": 100}


def test_T3_a_step_is_due_when_time_alone_changes_what_is_calculated_also_without_stages():
    without_stages = compile_journeys([], {}, catalogue(HEALTH), [HEALTH])
    begun = datetime(2026, 3, 9, tzinfo=UTC)
    decided = step(without_stages, Snapshot({"trial_at": begun}), (), StepTime(NOW))
    assert decided.calculated["health"] == pytest.approx(100 / 6)
    assert decided.due is not None
    assert step(without_stages, Snapshot({"trial_at": begun}), (), StepTime(decided.due)).calculated == {"health": 0}


def test_an_objective_knows_the_events_behind_what_is_calculated():
    logins = Definition(
        "organisation", "logins", "integer", "rolled_up", roll_up='{"aggregation": "COUNT", "eventName": "Login"}'
    )
    per_seat = Calculated("per_seat", "logins / seats")
    lively = Calculated("lively", score=(Rule("a", 1, "per_seat > 1"), Rule("b", 1, "did 'Invoice Paid'")))
    goal = Objective("alive", "Alive", criteria="lively >= 50 or did 'Call Held'")
    trial = Stage("trial", "customer", "Trial", "seats > 1", ExitRule("ONGOING"), status="LIVE", objectives=(goal,))
    known = Catalogue((*catalogue(per_seat, lively).definitions, logins, *generated_definitions(trial)))
    library = Library((Journey("customer", "Customer", False, (trial,)),))
    compiled_ = compile_journey_program(library, known, [per_seat, lively])
    assert compiled_ is not None
    assert compiled_.event_names["alive"] == ("Call Held", "Invoice Paid", "Login")
