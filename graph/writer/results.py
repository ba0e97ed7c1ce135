"""Results of rows: created, updated, unchanged or rejected, each row counted once (F2, F9)."""

from dataclasses import dataclass, field

from graph.facts import Rejection

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"


@dataclass
class SubmitResult:
    """The results of submitted rows. `ids` aligns with the rows, None for a rejected one. Refusals name rows by index.

    `rejected` are refusals of rows that were not written, `warnings` of parts of rows that were (F9).
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    warnings: list[Rejection] = field(default_factory=list)
    ids: list[str | None] = field(default_factory=list)

    def add(self, other: "SubmitResult") -> None:
        """Append the results of the rows that follow."""
        offset = len(self.ids)
        self.created += other.created
        self.updated += other.updated
        self.unchanged += other.unchanged
        self.rejected += [each.at(each.index + offset) for each in other.rejected]
        self.warnings += [each.at(each.index + offset) for each in other.warnings]
        self.ids += other.ids


class RowResults:
    """Collects the result of each row while a transaction is planned."""

    def __init__(self, rows: int) -> None:
        self.status: list[str | None] = [None] * rows
        self.ids: list[str | None] = [None] * rows
        self.rejections: list[Rejection] = []

    def set(self, index: int, status: str, id: str) -> None:
        """Set the result of a usable row. `id` is the node that it describes."""
        self.status[index] = status
        self.ids[index] = id

    def reject(self, rejection: Rejection) -> None:
        """Add the refusal of a row, or of one value of it."""
        self.rejections.append(rejection)
        if rejection.whole:
            self.status[rejection.index] = self.ids[rejection.index] = None

    def put(self, start: int, part: "RowResults") -> None:
        """Take over the results of rows from `start` on."""
        stop = start + len(part.status)
        self.status[start:stop], self.ids[start:stop] = part.status, part.ids
        self.rejections += [each.at(each.index + start) for each in part.rejections]

    def clear(self) -> None:
        """Remove everything: the rows are read again."""
        self.status = [None] * len(self.status)
        self.ids = [None] * len(self.ids)
        self.rejections = []

    def slice(self, start: int, stop: int) -> SubmitResult:
        """Return the results of the rows from `start` up to `stop`."""
        status = self.status[start:stop]
        refusals = [each.at(each.index - start) for each in self.rejections if start <= each.index < stop]
        lost = {each.index for each in refusals if each.whole}
        return SubmitResult(
            status.count(CREATED),
            status.count(UPDATED),
            status.count(UNCHANGED),
            [each for each in refusals if each.index in lost],
            [each for each in refusals if each.index not in lost],
            self.ids[start:stop],
        )
