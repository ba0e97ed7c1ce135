"""Loading the sample company, as any program would: through the writer, in batches, then its stored roll-ups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from graph.clock import Clock
from graph.rollups import RollUp, StoredRollUp, define
from graph.writer import Outcome, Writer
from membergraph.sample import SEED, Row, precedences, roll_ups, rows

if TYPE_CHECKING:
    from graph.engine import Graph

BATCH = 2_000

Progress = Callable[[int], None]
"""Told the number of rows just written."""


async def load(
    graph: Graph, writer: Writer, clock: Clock, *, seed: int = SEED, progress: Progress | None = None
) -> Outcome:
    """Write the sample company, dated by the clock's day, and define its roll-ups. Twice on one day changes nothing."""
    outcome = Outcome()
    for number, batch in enumerate(batches(rows(clock.now().date(), seed))):
        outcome.add(await writer.submit(batch))
        if number == 0:  # every attribute is known by now, and few values have to be decided again
            await _prefer(writer)
        if progress:
            progress(len(batch))
    for definition in roll_ups():
        await define(graph, clock, stored(definition))
    return outcome


async def _prefer(writer: Writer) -> None:
    for entity, attribute, sources in precedences():
        await writer.set_precedence(entity, attribute, sources)


def stored(definition: Mapping[str, Any]) -> StoredRollUp:
    """A definition in the API's shape as the graph keeps it."""
    return StoredRollUp(definition["name"], RollUp.from_json(definition["of"]), description=definition["description"])


def batches(everything: Iterator[Row], size: int = BATCH) -> Iterator[list[Row]]:
    """Rows in lists of a writer's size."""
    while batch := list(islice(everything, size)):
        yield batch
