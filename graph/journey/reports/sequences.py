"""Sequences: the orders in which organisations complete the objectives of a stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.journey.decisions.stay import Stay, all_done
from graph.journey.definitions.definition import Stage
from graph.journey.reports.visits import Visit

__all__ = ["Order", "Sequences", "Transition", "sequences"]


@dataclass(frozen=True)
class Order:
    """Objectives in the order in which `n` stays completed them, a `share` of all that are counted."""

    objectives: tuple[str, ...]
    n: int
    share: float


@dataclass(frozen=True)
class Transition:
    """One objective right after another in `n` stays, a `share` of the `continued` stays: those with any objective after `before`.

    `before` is None for a first objective.
    """

    before: str | None
    objective: str
    n: int
    continued: int
    share: float


@dataclass(frozen=True)
class Sequences:
    """The orders of `n` finished stays, the most common first, and the transitions of all `stays`."""

    n: int
    orders: tuple[Order, ...]
    stays: int
    transitions: tuple[Transition, ...]

    @property
    def usual(self) -> Order | None:
        """The most common order; None if nobody completed anything."""
        return self.orders[0] if self.orders else None


def sequences(stage: Stage, visits: Iterable[Visit], *, most: int = 10) -> Sequences:
    """Return the `most` common orders, and every transition.

    Instant completions and markers have no place in an order. At the same instant the stage's own order holds. An order is
    whole once the stay has ended or all is complete. Orders under way count in transitions alone.
    """
    counting = [each.key for each in stage.objectives if each.counts]
    pairs = [(each.stay, order) for each in visits if (order := _order(counting, each.stay))]
    whole = [order for stay, order in pairs if not stay.is_open or all_done(counting, stay)]
    orders = sorted(Counter(whole).items(), key=lambda one: (-one[1], one[0]))
    return Sequences(
        n=len(whole),
        orders=tuple(Order(order, n, n / len(whole)) for order, n in orders[:most]),
        stays=len(pairs),
        transitions=tuple(_transitions(counting, [order for _, order in pairs])),
    )


def _order(counting: Sequence[str], stay: Stay) -> tuple[str, ...]:
    placed = [key for key in counting if key in stay.achieved and not stay.achieved[key].instant]
    return tuple(sorted(placed, key=lambda key: stay.achieved[key].at))


def _transitions(counting: Sequence[str], orders: Iterable[tuple[str, ...]]) -> Iterable[Transition]:
    """Transitions from each objective in the stage's order, the most common of each first."""
    found = Counter(pair for order in orders for pair in zip((None, *order), order, strict=False))
    for before in (None, *counting):
        after = [(key, found[before, key]) for key in counting if (before, key) in found]
        continued = sum(n for _, n in after)
        for key, n in sorted(after, key=lambda one: -one[1]):
            yield Transition(before, key, n, continued, n / continued)
