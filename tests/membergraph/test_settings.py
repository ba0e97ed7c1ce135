"""Each setting has a default, a help text and a type, and a misspelt one is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graph.errors import UserMistake
from membergraph.settings import Settings, describe, load


def test_defaults_hold_without_an_environment():
    assert load({}) == Settings()


def test_the_environment_is_read_by_type_and_the_command_line_outranks_it():
    environment = {"MEMBERGRAPH_PORT": "9000", "MEMBERGRAPH_TIMEOUT": "2.5", "MEMBERGRAPH_DATA_DIR": "/srv/graph"}
    settings = load(environment, port=9001, host=None)
    assert (settings.port, settings.timeout, settings.data_dir) == (9001, 2.5, Path("/srv/graph"))
    assert settings.host == Settings().host


def test_a_wrong_value_names_the_setting_and_what_would_be_right():
    with pytest.raises(UserMistake, match="MEMBERGRAPH_PORT is 'eighty', not a whole number"):
        load({"MEMBERGRAPH_PORT": "eighty"})


@pytest.mark.parametrize(("text", "value"), [("true", True), ("1", True), ("On", True), ("no", False), ("0", False)])
def test_a_switch_is_read_as_people_write_it(text: str, value: bool):
    assert load({"MEMBERGRAPH_ACCESS_LOG": text}).access_log is value


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("PORT", "99999", "a number from 0 to 65,535"),
        ("PORT", "-1", "a number from 0 to 65,535"),
        ("BATCH_ROWS", "-1", "0 or more"),
        ("TIMEOUT", "nan", "a number"),
        ("TIMEOUT", "inf", "a number"),
        ("TIMEOUT", "-0.5", "0 or more"),
        ("ACCESS_LOG", "maybe", "true or false"),
        ("LOG_LEVEL", "loud", "one of debug, info, warning, error"),
        ("BOLT", "mine", "one of own, driver"),
        ("HTTP", "http2", "one of own, uvicorn"),
    ],
)
def test_a_value_that_means_nothing_is_told_with_what_would(name: str, text: str, expected: str):
    with pytest.raises(UserMistake, match=f"MEMBERGRAPH_{name} is .*, not {re.escape(expected)}"):
        load({f"MEMBERGRAPH_{name}": text})


def test_the_command_lines_values_are_checked_as_well():
    with pytest.raises(UserMistake, match="MEMBERGRAPH_PORT is 70000"):
        load({}, port=70_000)


def test_every_setting_is_in_the_documentation_with_its_default():
    page = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()
    rows = dict(re.findall(r"^\| `(MEMBERGRAPH_\w+)` \| (.*?) \|", page, re.MULTILINE))
    assert rows == {line.name: f"`{line.default}`" if line.default else "" for line in describe(Settings())}


def test_a_name_that_is_no_setting_is_refused():
    with pytest.raises(UserMistake, match="MEMBERGRAPH_PROT is no setting"):
        load({"MEMBERGRAPH_PROT": "1"})


def test_every_setting_is_described_and_secrets_are_not_shown():
    table = {line.name: line for line in describe(load({"MEMBERGRAPH_NEO4J_PASSWORD": "hush"}))}
    assert all(line.help.endswith(".") for line in table.values())
    assert table["MEMBERGRAPH_NEO4J_PASSWORD"].value == "(set)"
    assert table["MEMBERGRAPH_NEO4J_PASSWORD"].given
    assert "hush" not in repr(load({"MEMBERGRAPH_NEO4J_PASSWORD": "hush"}))


def test_own_bolt_is_on_until_it_is_turned_off():
    assert load({}).graph().own_bolt
    assert not load({"MEMBERGRAPH_BOLT": "driver"}).graph().own_bolt


def test_an_address_makes_it_neo4j_and_none_the_embedded_engine():
    assert load({}).graph().uri is None
    assert load({"MEMBERGRAPH_NEO4J_URI": "bolt://db:7687"}).graph().uri == "bolt://db:7687"
