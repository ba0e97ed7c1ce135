"""Locks the organisations of a batch, and selects those that are to be evaluated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, assert_never

import queries
from graph.journey.decisions.step import StepTime

if TYPE_CHECKING:
    from graph.engine import Transaction
    from graph.evaluation.program import Program

__all__ = ["Claim", "DefinitionsChanged", "EvaluationMode", "Selection", "select"]


class DefinitionsChanged(Exception):
    """The program was compiled from other definitions. It is raised because the transaction must be undone."""


class EvaluationMode(Enum):
    """The reason why a batch is evaluated."""

    PENDING = "pending"
    """Facts wait, or organisations are due by now. Those that another evaluator did meanwhile are left out."""
    SWEEP = "sweep"
    """Everything is evaluated, for definitions that are new or changed."""
    INSTANT = "instant"
    """Organisations are due at this very instant. Facts that wait are left to a step of their own (J1)."""


class Claim(NamedTuple):
    """A locked organisation, as `rollups/claim` returns it. Instants are epoch milliseconds.

    `fact_committed` and `fact_time` are the commit of its newest fact and the time that fact speaks of.
    `steady_until` is the instant before which time alone moves no stage of it, None where that is not known.
    `stored` are its values in the order of the program.
    """

    id: str
    version: int | None
    is_stale: bool
    due: int | None
    fact_committed: int | None
    fact_time: int | None
    next_begin: int | None
    next_end: int | None
    steady_until: int | None
    stored: list[Any]

    def is_due(self, at: int) -> bool:
        """Return whether it is due by now."""
        return self.due is not None and self.due <= at

    def must_wait(self, program: Program, at: int) -> bool:
        """Return whether an instant that has passed comes first, evaluated as of then (T4)."""
        return program.ordered and self.is_due(at)

    def may_move(self, at: int) -> bool:
        """Return whether a stage may move although no value changed: facts wait, or a condition may flip by time alone."""
        return self.is_stale or self.steady_until is None or self.steady_until <= at

    def step_time(self, at: int, mode: EvaluationMode) -> StepTime:
        """Return the time of its step of journeys: by time alone, or with the facts that wait (J3)."""
        if mode is EvaluationMode.INSTANT or self.fact_committed is None:
            return StepTime(at)
        return StepTime(at, self.fact_committed, self.fact_time)


@dataclass(frozen=True)
class Selection:
    """The organisations that are evaluated, and when those that were left out are due."""

    claims: list[Claim]
    dues: dict[str, int]

    @property
    def ids(self) -> list[str]:
        """The ids of the organisations that are evaluated."""
        return [each.id for each in self.claims]


async def select(
    transaction: Transaction, ids: Sequence[str], program: Program, at: int, mode: EvaluationMode
) -> Selection:
    """Lock organisations, and choose those to be evaluated."""
    chosen: list[Claim] = []
    dues: dict[str, int] = {}
    for each in await _claim(transaction, ids, program, at):
        if _is_wanted(each, program, at, mode):
            chosen.append(each)
        elif each.due is not None:
            # Another evaluator did it, perhaps this one in an attempt whose answer was lost. It may be gone at that instant.
            dues[each.id] = each.due
    if program.counts_hierarchy and chosen and mode is not EvaluationMode.SWEEP:
        above = await _above(transaction, [each.id for each in chosen])
        chosen += [each for each in await _claim(transaction, above, program, at) if not each.must_wait(program, at)]
    return Selection(chosen, dues)


def _is_wanted(each: Claim, program: Program, at: int, mode: EvaluationMode) -> bool:
    match mode:
        case EvaluationMode.INSTANT:
            return each.due == at
        case EvaluationMode.SWEEP:
            return not each.must_wait(program, at)
        case EvaluationMode.PENDING:
            return not each.must_wait(program, at) and (each.is_stale or each.is_due(at))
        case _:
            assert_never(mode)


async def _claim(transaction: Transaction, ids: Sequence[str], program: Program, at: int) -> list[Claim]:
    """Lock organisations in the order of ids, as writers do, so that nobody waits in a circle."""
    if not ids:
        return []
    parameters = {"ids": sorted(ids), "now": at, **program.organisations.read_parameters}
    rows = await transaction.rows(queries.text("rollups/claim"), parameters)
    if rows and rows[0]["definitions"] != program.version:
        raise DefinitionsChanged
    return [Claim(*each) for row in rows for each in row["rows"]]


async def _above(transaction: Transaction, ids: Sequence[str]) -> list[str]:
    rows = await transaction.rows(queries.text("rollups/ancestors"), {"ids": ids})
    return sorted({row["id"] for row in rows} - set(ids))
