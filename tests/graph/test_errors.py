"""What an error reads like: message and hint as one text, inputs cut, articles that fit."""

from __future__ import annotations

import pytest

from graph.errors import UserMistake, excerpt, join_hint, with_article


@pytest.mark.parametrize(
    ("message", "hint", "text"),
    [
        ("The port is taken", "Choose another.", "The port is taken. Choose another."),
        ("The port is taken.", "Choose another.", "The port is taken. Choose another."),
        ("Is it running?", "Start it.", "Is it running? Start it."),
        ("it has no such field", "put it under attributes", "it has no such field; put it under attributes"),
        ("It has no such field.", "put it under attributes", "It has no such field; put it under attributes"),
        ("No setting", "`membergraph settings` shows them.", "No setting. `membergraph settings` shows them."),
        ("Alone", None, "Alone"),
        ("Alone", "", "Alone"),
    ],
)
def test_a_message_and_its_hint_read_as_sentences(message: str, hint: str | None, text: str) -> None:
    assert join_hint(message, hint) == text
    assert str(UserMistake("CODE", message, hint=hint)) == text


def test_an_input_is_quoted_whole_while_it_is_short_and_cut_where_it_is_long() -> None:
    assert excerpt("acme") == "'acme'"
    assert excerpt(12) == "12"
    assert excerpt("\x00\n") == r"'\x00\n'"
    cut = excerpt("x" * 40_000)
    assert len(cut) < 120
    assert "40,000 characters" in cut
    assert len(excerpt(["x" * 40_000])) < 120


def test_no_message_is_longer_than_people_read_whatever_it_quotes() -> None:
    error = UserMistake("CODE", f"There is no attribute {'x' * 40_000!r} of an organisation.", hint="Name another.")
    assert len(str(error)) < 1_100
    assert str(error).startswith("There is no attribute 'xxx")
    assert str(error).endswith("xxx' of an organisation. Name another.")


@pytest.mark.parametrize(
    ("noun", "text"), [("person", "a person"), ("organisation", "an organisation"), ("user", "a user")]
)
def test_a_noun_has_the_article_that_fits(noun: str, text: str) -> None:
    assert with_article(noun) == text
