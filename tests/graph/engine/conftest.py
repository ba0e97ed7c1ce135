"""Engines with own Bolt turned on and off, for tests that must pass both ways."""

from __future__ import annotations

import dataclasses

import pytest

from graph.engine import Graph, GraphSettings


@pytest.fixture
def by_driver(running_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Turn own Bolt off in the running engine, as `MEMBERGRAPH_BOLT=driver` does."""
    engine = running_graph._engine
    settings = dataclasses.replace(running_graph.settings, own_bolt=False)
    monkeypatch.setattr(engine, "_settings", settings)
    if running_graph.kind == "neo4j":
        from graph.engine.server import _bolt

        monkeypatch.setattr(engine, "_bolt", _bolt(settings))


@pytest.fixture
def own_bolt(engine_settings: GraphSettings) -> None:
    """Skip a test of own Bolt where the whole run is by the driver."""
    if not engine_settings.own_bolt:
        pytest.skip("own Bolt is off in this run")
