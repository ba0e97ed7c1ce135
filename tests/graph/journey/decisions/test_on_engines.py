"""Random histories on the real engines: facts through the writer, stale and due organisations evaluated.

Rules J1, J3, J10, T3, T4, I4.
"""

from __future__ import annotations

import os
from random import Random

import pytest

from graph.engine import Graph
from tests.graph.journey import worlds
from tests.graph.journey.lockstep import Lockstep
from tests.graph.journey.simulation import agree

LONG = os.environ.get("MEMBERGRAPH_LONG") == "1"
SEEDS = range(40) if LONG else (0, 1, 25)


@pytest.mark.grows
@pytest.mark.parametrize("seed", SEEDS)
async def test_what_is_stale_or_due_decides_what_everything_does_and_the_oracle(
    graph: Graph, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = worlds.history(Random(seed))
    rolled = seed % 2 == 1
    incremental = await Lockstep(graph, history, "stale or due", monkeypatch, rolled=rolled).run()
    everything = await Lockstep(graph, history, "everything", monkeypatch, rolled=rolled).run()
    agree(everything, incremental)


@pytest.mark.grows
@pytest.mark.parametrize("seed", SEEDS[::4])
async def test_two_evaluators_at_once_decide_what_one_does(
    graph: Graph, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = worlds.history(Random(seed))
    one = await Lockstep(graph, history, "stale or due", monkeypatch, rolled=True).run()
    agree(await Lockstep(graph, history, "two at once", monkeypatch, rolled=True).run(), one)
