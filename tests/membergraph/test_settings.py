"""One table of settings: each has a default, a help text and a type; a misspelt one is not passed over."""

from __future__ import annotations

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


def test_a_name_that_is_no_setting_is_refused():
    with pytest.raises(UserMistake, match="MEMBERGRAPH_PROT is no setting"):
        load({"MEMBERGRAPH_PROT": "1"})


def test_every_setting_is_described_and_secrets_are_not_shown():
    table = {line.name: line for line in describe(load({"MEMBERGRAPH_NEO4J_PASSWORD": "hush"}))}
    assert all(line.help.endswith(".") for line in table.values())
    assert table["MEMBERGRAPH_NEO4J_PASSWORD"].value == "(set)"
    assert table["MEMBERGRAPH_NEO4J_PASSWORD"].given
    assert "hush" not in repr(load({"MEMBERGRAPH_NEO4J_PASSWORD": "hush"}))


def test_an_address_makes_it_neo4j_and_none_the_embedded_engine():
    assert load({}).graph().uri is None
    assert load({"MEMBERGRAPH_NEO4J_URI": "bolt://db:7687"}).graph().uri == "bolt://db:7687"
