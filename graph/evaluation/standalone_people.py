"""People without an organisation, evaluated by themselves: no organisation would take them along (T2, T3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

import queries
from graph.clock import epoch_ms, from_epoch_ms
from graph.criteria.snapshots import least
from graph.evaluation.batch_values import BatchValues
from graph.evaluation.program import Program
from graph.evaluation.selection import DefinitionsChanged

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph, Transaction

__all__ = ["EVER", "evaluate_standalone", "next_due_standalone"]

EVER = from_epoch_ms(0)
"""An instant before anything became stale or due."""
_PAGE = 5_000  # people whose ids are read at once
Which = Literal["standalone_people", "stale_people", "due_people"]
_PARAMETERS: Mapping[Which, tuple[str, ...]] = {
    "standalone_people": (),
    "stale_people": ("most", "since"),
    "due_people": ("most", "now"),
}


async def evaluate_standalone(
    graph: Graph, clock: Clock, program: Program, batch: int, *, everyone: bool = False
) -> int | None:
    """Evaluate stale and due people, `batch` to a transaction; with `everyone`, all people without an organisation.

    Returns the least instant (epoch milliseconds) at which time alone changes one of them.
    Their values depend on nobody else, and nobody's on theirs: they are evaluated as of now.
    Raises DefinitionsChanged where definitions changed meanwhile.
    """
    if not program.concerns_people:
        return None
    due = None
    statements: tuple[Which, ...] = ("standalone_people",) if everyone else ("stale_people", "due_people")
    for which in statements:
        while ids := await _found(graph, clock, which):
            for start in range(0, len(ids), batch):
                work = partial(_evaluate, ids=ids[start : start + batch], program=program, clock=clock)
                due = least((due, await graph.write(work)))
            if everyone or len(ids) < _PAGE:
                break
    return due


async def next_due_standalone(graph: Graph, program: Program) -> int | None:
    """Return the next instant at which time alone changes one of them, in epoch milliseconds; None for never."""
    rows = (
        await graph.query(queries.text("rollups/next_due_people"), {"since": EVER}) if program.concerns_people else []
    )
    return rows[0]["due"] if rows else None


async def _found(graph: Graph, clock: Clock, which: Which) -> list[str]:
    given = {"most": _PAGE, "now": clock.now(), "since": EVER}
    rows = await graph.query(queries.text(f"rollups/{which}"), {name: given[name] for name in _PARAMETERS[which]})
    return sorted(id for row in rows for id in row["ids"])


async def _evaluate(transaction: Transaction, ids: Sequence[str], program: Program, clock: Clock) -> int | None:
    """Evaluate some people. Those who belong to an organisation by now are left to that."""
    now = clock.now()
    rows = await transaction.rows(queries.text("rollups/claim_people"), {"ids": sorted(ids), "now": epoch_ms(now)})
    if rows and rows[0]["definitions"] != program.version:
        raise DefinitionsChanged
    claimed = [each for row in rows for each in row["rows"]]
    people: dict[str, list[str]] = {id: [] for id, is_standalone in claimed if is_standalone}
    values = BatchValues(transaction, program, now, (), people)
    await values.compute_members()
    await values.calculate(program.rounds.after_organisations)
    evaluated = [{"id": id, "due": values.dues.get(id)} for id, _ in claimed]
    await transaction.execute(queries.text("rollups/mark_people_evaluated"), {"rows": evaluated})
    return min(values.dues.values(), default=None)
