"""Questions are asked with names, parameters, references and limits, and each mistake has a clear message."""

from __future__ import annotations

from typing import Any

import pytest

from graph.clock import FixedClock
from graph.engine import Graph
from graph.errors import UserMistake
from graph.questions import QuestionResult, answer, bind, find, questions
from tests.graph.questions.worlds import NOW, Happening, Spell, World, put

CLOCK = FixedClock(NOW)


def world() -> World:
    spells = [Spell(f"m{i}", f"p{i}", "o1") for i in range(5)]
    return World([f"p{i}" for i in range(5)], ["o1", "o2"], spells, [Happening(f"m{i}", "X", i) for i in range(5)])


def test_every_question_has_a_title_that_asks_and_hides_the_clock() -> None:
    assert len(questions()) >= 8
    for question in questions():
        assert question.title.endswith("?")
        assert question.columns
        assert "now" not in {parameter.name for parameter in question.parameters}


def test_a_name_may_be_written_with_spaces_or_dashes() -> None:
    assert find("Which users?").name == find("which-users").name == "which_users"


def test_an_unknown_question_is_told_with_the_nearest() -> None:
    with pytest.raises(UserMistake, match=r"no question 'who_users'\. Did you mean which_users\?") as caught:
        find("who_users")
    assert caught.value.code == "UNKNOWN_QUESTION"


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ({}, "MISSING_PARAMETER", "unique_users needs the parameter 'event': the event."),
        ({"event": None}, "MISSING_PARAMETER", "needs the parameter 'event'"),
        ({"event": "X", "evnt": "X"}, "UNKNOWN_PARAMETER", "Did you mean event?"),
        ({"event": "X", "zzz": 1}, "UNKNOWN_PARAMETER", "It takes: event, days, organisation."),
        ({"event": "X", "now": 1}, "UNKNOWN_PARAMETER", "no parameter 'now'"),
        ({"event": 3}, "INVALID_PARAMETER", "event must be text, not 3."),
        ({"event": "  "}, "INVALID_PARAMETER", "event must be text"),
        ({"event": "X", "days": "soon"}, "INVALID_PARAMETER", "days must be a whole number from 1 to 1,000,000"),
        ({"event": "X", "days": 1.5}, "INVALID_PARAMETER", "not 1.5"),
        ({"event": "X", "days": True}, "INVALID_PARAMETER", "not True"),
        ({"event": "X", "days": 0}, "INVALID_PARAMETER", "not 0"),
        ({"event": "X", "days": 10**30}, "INVALID_PARAMETER", "days must be a whole number"),
    ],
)
def test_a_wrong_parameter_is_told(given: dict[str, Any], code: str, says: str) -> None:
    with pytest.raises(UserMistake) as caught:
        bind(find("unique_users"), given)
    assert caught.value.code == code
    assert says in str(caught.value)
    assert str(caught.value.field).startswith("parameters.")


def test_text_is_read_as_the_parameters_type() -> None:
    bound = bind(find("average_events_before_first"), {"event": " X ", "per_organisation": "yes"})
    assert bound == {"event": "X", "organisation": None, "per_organisation": True}
    assert bind(find("which_users"), {"event": "X", "days": "7", "limit": 5.0})["days"] == 7
    with pytest.raises(UserMistake, match="per_organisation must be true or false, not 'maybe'"):
        bind(find("average_events_before_first"), {"event": "X", "per_organisation": "maybe"})


async def test_rows_left_out_are_said(graph: Graph) -> None:
    await put(graph, world())
    table = await answer(graph, CLOCK, "which_users", {"event": "X"}, limit=3)
    assert (len(table.rows), table.truncated) == (3, True)
    table = await answer(graph, CLOCK, "which_users", {"event": "X", "limit": 4})
    assert (len(table.rows), table.truncated) == (4, True)
    table = await answer(graph, CLOCK, "which_users", {"event": "X"}, limit=5)
    assert (len(table.rows), table.truncated) == (5, False)


async def test_nothing_found_still_has_columns(graph: Graph) -> None:
    await put(graph, World([], [], [], []))
    found = await answer(graph, CLOCK, "different_roles", {"role": "a", "other_role": "b"})
    columns = ["person_id", "name", "email", "organisation_id", "organisation", "other_id", "other"]
    assert found == QuestionResult(columns, [], truncated=False)


@pytest.mark.parametrize("reference", ["o1", "o1.example", "O1.Example", "Name o1"])
async def test_an_organisation_is_named_by_id_domain_or_name(graph: Graph, reference: str) -> None:
    await put(graph, world())
    table = await answer(graph, CLOCK, "unique_users", {"event": "X", "organisation": reference})
    assert table.rows == [[5, 5, 5]]


async def test_nobodys_name_is_told(graph: Graph) -> None:
    await put(graph, world())
    with pytest.raises(UserMistake, match=r"There is no organisation 'o9'\. Give an id, a domain"):
        await answer(graph, CLOCK, "unique_users", {"event": "X", "organisation": "o9"})
    with pytest.raises(UserMistake, match=r"There is no person 'nobody'\. Give an id, an email"):
        await answer(graph, CLOCK, "one_person_by_organisation", {"person": "nobody"})
