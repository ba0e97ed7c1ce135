"""Whatever tells aggregations apart follows from one table: the page, the schema and the command's help name all of them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

from typer.main import get_group

from api.graphql.schema.rollups import Aggregation as Enumeration
from graph.rollups.aggregations import AGGREGATIONS, Aggregation, AggregationName
from membergraph.cli.rollup import app

PAGE = Path(__file__).parents[3] / "docs" / "rollups.md"


def row(each: Aggregation) -> str:
    """The line of an aggregation in the table of `docs/rollups.md`."""
    accepted = each.accepts.text if each.accepts else ""
    events = each.event_form.gives if each.event_form else ""
    cells = (
        f"`{each.name}`",
        each.gives_people or "",
        events,
        each.gives,
        accepted,
        f"`{json.dumps(each.empty_value)}`",
    )
    return "|" + "|".join(f" {cell} " if cell else " " for cell in cells) + "|"


def test_the_page_has_a_line_for_every_aggregation_and_it_says_what_the_table_says():
    section = PAGE.read_text(encoding="utf-8").partition("## Aggregations\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    assert lines == [row(each) for each in AGGREGATIONS.values()]


def test_the_type_the_table_the_schema_and_the_help_name_the_same_aggregations():
    names = [*AGGREGATIONS]
    assert [*get_args(AggregationName)] == names
    assert [each.name for each in Enumeration] == names
    define = next(each for each in get_group(app).commands.values() if each.name == "define")
    (option,) = (each for each in define.params if each.name == "aggregation")
    assert [*re.findall(r"\w+", option.help.replace(" or ", " "))] == names


def test_R1_of_no_values_python_gives_the_empty_value():
    assert {name: each.python([]) for name, each in AGGREGATIONS.items()} == {
        name: each.empty_value for name, each in AGGREGATIONS.items()
    }
