"""Organisations due for evaluation, in time order, and several due instants evaluated in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.clock import from_epoch_ms
from graph.evaluation.batch import Evaluated, evaluate_batch
from graph.evaluation.selection import EvaluationMode

if TYPE_CHECKING:
    from graph.engine import Transaction
    from graph.evaluation.program import Program

__all__ = ["DueQueue", "InstantsEvaluated", "evaluate_instants"]


class DueQueue:
    """Organisations by the instant at which they are due (epoch milliseconds), as far ahead as all of them are known."""

    def __init__(self, dues: Iterable[tuple[str, int]], until: int) -> None:
        """Begin with some organisations. Those due after `until` are not all known, and are left out."""
        self._until = until
        self._due: dict[int, list[str]] = {}
        self.add(dues)

    def add(self, dues: Iterable[tuple[str, int]]) -> None:
        """Add organisations with the instants at which they are due."""
        added: dict[int, set[str]] = {}
        for id, due in dues:
            if due <= self._until:
                added.setdefault(due, set()).add(id)
        for due, ids in added.items():
            self._due[due] = sorted(ids.union(self._due.get(due, ())))

    def copy(self) -> DueQueue:
        """Return a copy, which can be emptied without a change of this queue."""
        copy = DueQueue((), self._until)
        copy._due = dict(self._due)  # its lists are replaced, never changed
        return copy

    @property
    def first(self) -> int | None:
        """The earliest instant at which an organisation is due."""
        return min(self._due, default=None)

    def take(self, due: int, most: int) -> list[str]:
        """Take at most so many of the organisations due at an instant, in the order of ids."""
        ids = self._due.pop(due)
        if len(ids) > most:
            self._due[due] = ids[most:]
        return ids[:most]


@dataclass(frozen=True)
class InstantsEvaluated:
    """The organisations that are still due, the last instant that was evaluated, and the result of each batch."""

    left: DueQueue
    last: int
    evaluated: list[Evaluated]


async def evaluate_instants(
    transaction: Transaction,
    queue: DueQueue,
    program: Program,
    first: int,
    *,
    most: int,
    batch: int,
    affects_others: bool,
) -> InstantsEvaluated:
    """Evaluate due instants from `first` on, each as of then (T4), until `most` organisations are done, a `batch` at a time.

    Changes may affect other organisations, or did already where `affects_others`. Those come before any later instant.
    """
    left, due, evaluated = queue.copy(), first, list[Evaluated]()
    while True:
        ids = left.take(due, min(most, batch))
        result = await evaluate_batch(transaction, ids, program, from_epoch_ms(due), EvaluationMode.INSTANT)
        evaluated.append(result)
        left.add(result.dues.items())
        most -= len(ids)
        affects_others |= result.affects_others
        following = left.first
        if not most or following is None or (affects_others and following != due):
            return InstantsEvaluated(left, due, evaluated)
        due = following
