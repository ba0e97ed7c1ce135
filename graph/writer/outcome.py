"""What became of rows: created, updated, unchanged or rejected, each counted once (F2, F9)."""

from dataclasses import dataclass, field

from graph.facts import Rejection

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"


@dataclass
class Outcome:
    """The answer to a batch. `ids` aligns with its rows, None for a rejected one; `rejected` names rows by their index.

    A rejection whose `whole` is False concerns one value of a row that was written otherwise.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    ids: list[str | None] = field(default_factory=list)

    def add(self, other: "Outcome") -> None:
        """Append the answer to the rows that follow."""
        offset = len(self.ids)
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.rejected += [Rejection(r.index + offset, r.code, r.message, r.path, r.whole) for r in other.rejected]
        self.ids += other.ids


class Report:
    """Collects what became of each row while a transaction is planned."""

    def __init__(self, rows: int) -> None:
        self.status: list[str | None] = [None] * rows
        self.ids: list[str | None] = [None] * rows
        self.rejections: list[Rejection] = []

    def set(self, index: int, status: str, id: str) -> None:
        """One row was used; the id is of the node that it speaks of."""
        self.status[index] = status
        self.ids[index] = id

    def reject(self, rejection: Rejection) -> None:
        """One row, or one value of it, was refused."""
        self.rejections.append(rejection)
        if rejection.whole:
            self.status[rejection.index] = self.ids[rejection.index] = None

    def clear(self) -> None:
        """Forget everything: the rows are read again."""
        self.status = [None] * len(self.status)
        self.ids = [None] * len(self.ids)
        self.rejections = []

    def slice(self, start: int, stop: int) -> Outcome:
        """The answer to the rows from `start` up to `stop`."""
        status = self.status[start:stop]
        rejected = [
            Rejection(r.index - start, r.code, r.message, r.path, r.whole)
            for r in self.rejections
            if start <= r.index < stop
        ]
        return Outcome(
            status.count(CREATED), status.count(UPDATED), status.count(UNCHANGED), rejected, self.ids[start:stop]
        )
