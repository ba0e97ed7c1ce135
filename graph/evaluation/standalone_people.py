"""People who belong to no organisation, worked out by themselves: nothing else would touch them (T2, T3)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import queries
from graph.clock import epoch_ms, from_epoch_ms
from graph.criteria.snapshots import least
from graph.evaluation.batch import Outdated
from graph.evaluation.program import Program
from graph.evaluation.work import Work

if TYPE_CHECKING:
    from graph.clock import Clock
    from graph.engine import Graph, Transaction

__all__ = ["EVER", "evaluate_alone", "next_due_alone"]

EVER = from_epoch_ms(0)
"""Before anything became stale or due."""
_AT_ONCE = 5_000  # people asked for together
_ASKED = {"people_alone": (), "stale_people": ("most", "since"), "due_people": ("most", "now")}


async def evaluate_alone(
    graph: Graph, clock: Clock, program: Program, batch: int, *, everyone: bool = False
) -> int | None:
    """Work out what time or facts have changed of people who belong nowhere, `batch` to a transaction; with `everyone`, all of it.

    Returns the least instant (epoch milliseconds) at which time alone changes one of them. What they have depends on nobody
    else, and nobody's on theirs: they are taken as they are now. Raises Outdated where definitions changed meanwhile.
    """
    if not program.concerns_people:
        return None
    due = None
    for which in ("people_alone",) if everyone else ("stale_people", "due_people"):
        while ids := await _found(graph, clock, which):
            for start in range(0, len(ids), batch):
                work = partial(_evaluate, ids=ids[start : start + batch], program=program, clock=clock)
                due = least((due, await graph.write(work)))
            if everyone or len(ids) < _AT_ONCE:
                break
    return due


async def next_due_alone(graph: Graph, program: Program) -> int | None:
    """The next instant at which time alone changes one of them, in epoch milliseconds."""
    rows = (
        await graph.query(queries.text("rollups/next_due_people"), {"since": EVER}) if program.concerns_people else []
    )
    return rows[0]["due"] if rows else None


async def _found(graph: Graph, clock: Clock, which: str) -> list[str]:
    given = {"most": _AT_ONCE, "now": clock.now(), "since": EVER}
    rows = await graph.query(queries.text(f"rollups/{which}"), {name: given[name] for name in _ASKED[which]})
    return sorted(id for row in rows for id in row["ids"])


async def _evaluate(transaction: Transaction, ids: Sequence[str], program: Program, clock: Clock) -> int | None:
    """Work out some people. Whoever belongs somewhere by now is left to those organisations."""
    now = clock.now()
    rows = await transaction.rows(queries.text("rollups/claim_people"), {"ids": sorted(ids), "now": epoch_ms(now)})
    if rows and rows[0]["definitions"] != program.version:
        raise Outdated
    claimed = [each for row in rows for each in row["rows"]]
    work = Work(transaction, program, now, (), {id: [] for id, alone in claimed if alone})
    await work.members()
    await work.calculate(program.rounds.late)
    settled = [{"id": id, "due": work.dues.get(id)} for id, _ in claimed]
    await transaction.execute(queries.text("rollups/settle_people"), {"rows": settled})
    return min(work.dues.values(), default=None)
