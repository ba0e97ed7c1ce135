"""Runs and the values that held by them do not depend on the order in which statements arrive (F4)."""

from __future__ import annotations

from functools import reduce
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graph.attributes.history import (
    HeldValue,
    ValueRun,
    add_statement,
    held_values,
    run_from,
    run_text,
    statements_of,
    value_at,
)
from graph.attributes.precedence import SourceValue, digest

Word = tuple[int, Any]


@st.composite
def _statements_of(draw: st.DrawFn) -> tuple[list[Word], list[Word]]:
    """Draw statements of one source in order, and shuffled. Each value occurs twice at most: runs have two ends."""
    values: list[Any] = draw(
        st.lists(st.sampled_from([1, 1.0, True, "a", None, [1], [1.0]]), max_size=7, unique_by=repr)
    )
    words = [(at, each) for each in values for at in draw(st.lists(st.integers(0, 9), min_size=1, max_size=2))]
    return words, draw(st.permutations(words))


def _runs(words: list[Word]) -> list[ValueRun]:
    return reduce(lambda runs, word: add_statement(runs, *word), words, [])


def _newest(words: list[Word], instant: int) -> Any:
    statements = [word for word in words if word[0] <= instant]
    return max(statements, key=lambda word: (word[0], digest(word[1])))[1] if statements else None


@given(_statements_of())
def test_F3_words_in_any_order_leave_the_same_runs_and_told_again_add_nothing(
    statements: tuple[list[Word], list[Word]],
) -> None:
    words, shuffled = statements
    assert repr(_runs(words)) == repr(_runs(shuffled)) == repr(_runs([*words, *shuffled]))


@given(_statements_of())
def test_F4_at_every_instant_the_newest_word_until_then_holds(statements: tuple[list[Word], list[Word]]) -> None:
    words, shuffled = statements
    steps = held_values(statements_of("crm", _runs(shuffled)), ())
    for instant in range(-1, 11):
        assert repr(value_at(steps, instant)) == repr(_newest(words, instant))


def test_a_run_of_the_same_word_does_not_grow_however_often_it_is_told() -> None:
    assert _runs([(at, "pro") for at in range(1_000)]) == [ValueRun(0, 999, "pro")]


def test_a_late_word_within_a_run_ends_and_begins_it_again_at_what_is_known_of_it() -> None:
    assert _runs([(1, "pro"), (4, "pro"), (9, "pro"), (3, "free")]) == [
        ValueRun(1, 1, "pro"),
        ValueRun(3, 3, "free"),
        ValueRun(9, 9, "pro"),
    ]


def test_F4_a_stronger_source_hides_a_weaker_one_until_it_clears_its_value() -> None:
    words = [
        SourceValue(1, "free", "product"),
        SourceValue(2, "pro", "crm"),
        SourceValue(3, "plus", "product"),
        SourceValue(5, None, "crm"),
    ]
    assert held_values(words, ["crm"]) == [
        HeldValue(1, "free", "product"),
        HeldValue(2, "pro", "crm"),
        HeldValue(5, "plus", "product"),
    ]


@given(st.text(), st.integers(), st.sampled_from([None, 1, 1.5, True, "ü", ["a"], {"a": 1}]))
def test_a_run_comes_back_from_its_text_as_it_was(name: str, at: int, value: Any) -> None:
    at = at % 2**53
    assert run_from(run_text(name, ValueRun(at, at + 1, value))) == (name, ValueRun(at, at + 1, value))
