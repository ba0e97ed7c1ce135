"""Regions: the part of the identity graph that new evidence touches, loaded to be solved again (I7)."""

from collections.abc import Iterable
from typing import Any

from graph.engine import Transaction
from graph.identity.kinds import STRENGTHS, Entity, kind_of, stronger_first
from graph.identity.solve import Evidence
from queries import text

CROWD = 1_000
"""Neighbours from which an identity is shared in any case. The region does not continue through it (I3)."""


def pairs_of(keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the evidence of identities seen on one fact: the strongest with each of the others (I1)."""
    return [(keys[0], other) for other in keys[1:]]


def former_pair(keys: tuple[str, ...], former: str) -> tuple[str, str]:
    """Return the evidence that the user id among `keys` replaced another (I9)."""
    user = next(key for key in keys if kind_of(key) == "user_id")
    return stronger_first("person", user, former)


def stronger(one: str | None, other: str) -> bool:
    """Return whether `other` is stronger evidence than `one`."""
    return one is None or STRENGTHS[other] < STRENGTHS[one]


class Region:
    """Identities to solve together: their evidence, their present owners, and the marks of unmerges."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity
        self.evidence: dict[tuple[str, str], str] = {}
        self.owner: dict[str, str | None] = {}
        self.uncounted: dict[str | None, str | None] = {}
        self.separations: dict[str, list[str]] = {}
        self.crowds: set[str] = set()

    def add(self, one: str, other: str, strength: str) -> None:
        """Add evidence. Of the same pair the strongest stays."""
        pair = stronger_first(self.entity, one, other)
        if stronger(self.evidence.get(pair), strength):
            self.evidence[pair] = strength

    def evidence_list(self) -> list[Evidence]:
        """Return the evidence as the solver takes it."""
        return [Evidence(one, other, strength) for (one, other), strength in self.evidence.items()]

    async def load(self, tx: Transaction, keys: Iterable[str]) -> None:
        """Load everything connected with these identities, one round of neighbours at a time, up to crowds."""
        front, loaded = set(keys), set()
        while front:
            loaded |= front
            steps = (await tx.rows(text("writer/neighbours"), {"keys": sorted(front)}))[0]["steps"]
            front = self._add_steps(steps) - loaded

    def _add_steps(self, steps: list[list[Any]]) -> set[str]:
        degree: dict[str, int] = {}
        found = set()
        for key, other, strength, owner, uncounted, separation in steps:
            if owner is None and other not in self.owner:
                continue  # a former user id from a public key (I9), which no fact has named yet
            degree[key] = degree.get(key, 0) + 1
            self.add(key, other, strength)
            self.owner[other] = owner
            self.uncounted[owner] = uncounted
            self.separations[other] = separation or []
            found.add(other)
        self.crowds |= {key for key, count in degree.items() if count > CROWD}
        return found
