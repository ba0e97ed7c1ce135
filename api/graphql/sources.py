"""Sources with their streams and runs, as the schema has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from graph.clock import Clock
from graph.engine import Graph
from graph.errors import UserMistake
from graph.sources.catalogue import KnownSource, known_sources
from graph.sources.runs import KEPT, RecordedRun
from graph.times import iso

Arguments = Mapping[str, Any]
RUNS = 10
"""Runs of each source, unless the argument `runs` says otherwise."""


async def sources(graph: Graph, clock: Clock, arguments: Arguments) -> list[dict[str, Any]]:
    """Return the sources by name. Raises UserMistake where more runs are asked for than are kept."""
    runs = RUNS if arguments.get("runs") is None else arguments["runs"]
    if not 0 <= runs <= KEPT:
        raise UserMistake("BAD_PAGE", f"`runs` must be from 0 to {KEPT}, not {runs}.", "runs")
    return [_source(each, runs) for each in await known_sources(graph, clock, arguments.get("name"), max(1, runs))]


def _source(source: KnownSource, runs: int) -> dict[str, Any]:
    streams = [
        {"name": each.name, "cursor": each.cursor, "movedAt": None if each.moved is None else iso(each.moved)}
        for each in source.streams
    ]
    return {
        "name": source.name,
        "kind": source.kind,
        "streams": streams,
        "runs": [_run(each) for each in source.runs[:runs]],
    }


def _run(recorded: RecordedRun) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(recorded.run),
        "startedAt": iso(recorded.started),
        "endedAt": None if recorded.ended is None else iso(recorded.ended),
    }
