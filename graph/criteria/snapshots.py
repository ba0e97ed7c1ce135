"""A snapshot: the known values of one subject at an instant, from which many criteria are answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graph.criteria.tree import Clause

__all__ = ["ClauseAnswer", "Snapshot", "key_of", "least"]


class ClauseAnswer(NamedTuple):
    """The graph's answer to a clause about others or events, and the instant until which it stands at least.

    `flip` is in epoch milliseconds, None where time alone never changes the answer.
    """

    holds: bool
    flip: int | None = None


@dataclass(frozen=True)
class Snapshot:
    """The values of one subject at an instant, by `key_of` each attribute, and the graph's answers by clause."""

    values: dict[str, Any]
    answers: Mapping[Clause, ClauseAnswer] = field(default_factory=dict)


def key_of(entity: str, property: str, subject: str) -> str:
    """Return the key of a property in a snapshot: plain for the subject's own, `person.plan` for its neighbour's."""
    return property if entity == subject else f"{entity}.{property}"


def least(instants: Iterable[int | None]) -> int | None:
    """Return the first of some instants, of which any may be missing."""
    return min((each for each in instants if each is not None), default=None)
