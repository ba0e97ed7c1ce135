"""Whom time alone moves next: instants in their order, who is due at each, and several of them taken in one transaction."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graph.clock import from_epoch_ms
from graph.evaluation.batch import Evaluated, evaluate_batch

if TYPE_CHECKING:
    from graph.engine import Transaction
    from graph.evaluation.program import Program

__all__ = ["Agenda", "Taken", "take_instants"]


class Agenda:
    """Organisations by the instant at which they are due (epoch milliseconds), as far ahead as all of them are known."""

    def __init__(self, dues: Iterable[tuple[str, int]], until: int) -> None:
        """Begin with those who are due; of whoever is due after `until` nothing is known."""
        self._until = until
        self._due: dict[int, list[str]] = {}
        self.add(dues)

    def add(self, dues: Iterable[tuple[str, int]]) -> None:
        """Note when organisations are due."""
        fresh: dict[int, set[str]] = {}
        for id, due in dues:
            if due <= self._until:
                fresh.setdefault(due, set()).add(id)
        for due, ids in fresh.items():
            self._due[due] = sorted(ids.union(self._due.get(due, ())))

    def copy(self) -> Agenda:
        """The same once more."""
        same = Agenda((), self._until)
        same._due = dict(self._due)  # its lists are replaced, never changed
        return same

    @property
    def first(self) -> int | None:
        """The earliest instant at which anybody is due."""
        return min(self._due, default=None)

    def take(self, due: int, most: int) -> list[str]:
        """Take so many of those who are due at an instant, in the order of ids."""
        ids = self._due.pop(due)
        if len(ids) > most:
            self._due[due] = ids[most:]
        return ids[:most]


@dataclass(frozen=True)
class Taken:
    """Who is due still, the last instant that was taken, and what became of each batch."""

    left: Agenda
    last: int
    evaluated: list[Evaluated]


async def take_instants(
    transaction: Transaction, agenda: Agenda, program: Program, first: int, *, most: int, batch: int, reached: bool
) -> Taken:
    """Take instants from the `first` on, each as what it was (T4), until `most` organisations had their turn, a `batch` at a time.

    What one of them changed may concern others, or does already (`reached`): their turn comes before any later instant.
    """
    left, due, evaluated = agenda.copy(), first, list[Evaluated]()
    while True:
        ids = left.take(due, min(most, batch))
        evaluated.append(await evaluate_batch(transaction, ids, program, from_epoch_ms(due), by_time=True))
        left.add(evaluated[-1].dues.items())
        most -= len(ids)
        reached |= evaluated[-1].reached
        following = left.first
        if not most or following is None or (reached and following != due):
            return Taken(left, due, evaluated)
        due = following
