"""The table of exit modes is the one place of a mode: the type, the API and the docs follow it (J5)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from api.graphql.schema.journey_enums import ExitMode as ApiExitMode
from api.graphql.schema.journey_enums import Reentry as ApiReentry
from graph.journey.definitions.exits import EXIT_MODES, ExitMode, ExitRule
from graph.journey.definitions.reentry import REENTRY_HELP, ReentryMode

PAGE = Path("docs/journeys.md")


def test_every_mode_of_the_type_has_its_row_in_the_table() -> None:
    assert get_args(ExitMode) == tuple(EXIT_MODES)
    assert get_args(ReentryMode) == tuple(REENTRY_HELP)


def test_the_api_has_the_same_modes() -> None:
    assert [each.name for each in ApiExitMode] == list(EXIT_MODES)
    assert [each.name for each in ApiReentry] == list(REENTRY_HELP)


def test_the_docs_show_the_same_modes_with_the_same_words() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("| exit rule |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", table, re.MULTILINE)
    assert rows == [
        (mode, behaviour.help[0].lower() + behaviour.help.removesuffix(".")[1:])
        for mode, behaviour in EXIT_MODES.items()
    ]


@pytest.mark.parametrize("mode", EXIT_MODES)
def test_texts_name_only_what_a_rule_of_the_mode_has(mode: ExitMode) -> None:
    behaviour = EXIT_MODES[mode]
    named = set(re.findall(r"{(\w+)}", behaviour.phrase + behaviour.sentence))
    allowed = ({"days", "due"} if behaviour.takes_days else set()) | (
        {"criteria"} if behaviour.ends_by_criteria else set()
    )
    assert named == allowed


def test_only_all_objectives_alone_needs_them() -> None:
    assert [mode for mode, each in EXIT_MODES.items() if each.needs_objectives] == ["ALL_OBJECTIVES"]


def test_only_an_ongoing_stage_is_left_by_hand_alone() -> None:
    assert [mode for mode, each in EXIT_MODES.items() if each.ends_by_hand_only] == ["ONGOING"]


def test_a_rule_by_days_is_due_days_after_entry() -> None:
    assert ExitRule("AFTER_DAYS", 2).due(1) == 2 * 86_400_000 + 1
    assert ExitRule("ONGOING").due(1) is None
