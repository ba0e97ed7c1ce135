"""People who belong to no organisation, worked out by themselves: nothing else would touch them (T2, T3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import queries
from graph.clock import epoch_ms
from graph.rollups.batch import Evaluated, Outdated
from graph.rollups.program import Program
from graph.rollups.work import Work

if TYPE_CHECKING:
    from graph.engine import Transaction

__all__ = ["evaluate_people"]


async def evaluate_people(transaction: Transaction, ids: Sequence[str], program: Program, now: datetime) -> Evaluated:
    """Work out what people have, as of `now`. Whoever belongs somewhere is left to those organisations.

    Raises Outdated where definitions changed since the program was compiled.
    """
    asked = {"ids": sorted(ids), "now": epoch_ms(now)}
    rows = await transaction.rows(queries.text("rollups/claim_people"), asked)
    if rows and rows[0]["definitions"] != program.version:
        raise Outdated
    claimed = [each for row in rows for each in row["rows"]]
    work = Work(transaction, program, now, (), {id: [] for id, alone in claimed if alone})
    await work.members()
    await work.calculate(program.rounds.late)
    settled = [{"id": id, "due": work.dues.get(id)} for id, _ in claimed]
    await transaction.execute(queries.text("rollups/settle_people"), {"rows": settled})
    return Evaluated(due=min(work.dues.values(), default=None))
