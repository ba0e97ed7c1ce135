"""Rows that conflict: few people and organisations, many facts, and evidence that merges people late."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from graph.clock import FixedClock

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLOCK = FixedClock(NOW)
Row = dict[str, Any]

_SOURCES = ("crm", "product", "billing")
_VALUES = (1, 2, 2.5, "x", "2026-01-01", True, None)


def contested(seed: int, size: int, people: int = 5, organisations: int = 4) -> list[Row]:
    """Return `size` different rows about a few people and organisations, the same for the same seed."""
    return _Rows(seed, people, organisations).several(size)


def batches(rows: list[Row], seed: int, most: int = 12) -> list[list[Row]]:
    """Cut rows into batches of random size, in their order."""
    dice, found, start = random.Random(seed), [], 0
    while start < len(rows):
        size = dice.randint(1, most)
        found.append(rows[start : start + size])
        start += size
    return found


def split_by_kind(batches: list[list[Row]]) -> list[list[Row]]:
    """Split each batch by the kinds of its rows, because a mutation takes one kind and is one transaction."""
    return [
        [row for row in batch if row["type"] == kind] for batch in batches for kind in {row["type"]: 0 for row in batch}
    ]


class _Rows:
    def __init__(self, seed: int, people: int, organisations: int) -> None:
        self.dice = random.Random(seed)
        self.people = people
        self.organisations = organisations

    def several(self, size: int) -> list[Row]:
        makers = (self.event, self.event, self.membership, self.membership, self.person, self.organisation, self.end)
        return [self.dice.choice(makers)(number) for number in range(size)]

    def instant(self) -> str:
        return (NOW - timedelta(minutes=self.dice.randint(5, 60 * 24 * 60))).isoformat()

    def identity_of_person(self) -> dict[str, str]:
        number = self.dice.randrange(self.people)
        return self.dice.choice(
            [
                {"kind": "user_id", "value": f"u{number}"},
                {"kind": "email", "value": f"p{number}@x.test"},
                {"kind": "anonymous_id", "value": f"k{number}"},
            ]
        )

    def identity_of_organisation(self) -> dict[str, str]:
        number = self.dice.randrange(self.organisations)
        return self.dice.choice(
            [{"kind": "organisation_id", "value": f"o{number}"}, {"kind": "domain", "value": f"o{number}.test"}]
        )

    def facts(self, kind: str) -> Row:
        row: Row = {"type": kind, "source": self.dice.choice(_SOURCES), "observedAt": self.instant()}
        if kind != "end_membership" and self.dice.random() < 0.6:
            row["attributes"] = {self.dice.choice(("plan", "Seats Used", "arr")): self.dice.choice(_VALUES)}
        return row

    def person(self, _: int) -> Row:
        count = self.dice.choice((1, 2, 2, 3))
        return self.facts("person") | {"identities": [self.identity_of_person() for _ in range(count)]}

    def organisation(self, _: int) -> Row:
        row = self.facts("organisation") | {"identities": [self.identity_of_organisation()]}
        if self.dice.random() < 0.2:
            row["identities"].append(self.identity_of_organisation())
        if self.dice.random() < 0.4:
            row["parent"] = self.identity_of_organisation()
        return row

    def pair(self) -> Row:
        return {
            "person": {"identity": self.identity_of_person()},
            "organisation": {"identity": self.identity_of_organisation()},
        }

    def membership(self, _: int) -> Row:
        row = self.facts("membership") | self.pair()
        if self.dice.random() < 0.6:
            row["since"], row["until"] = sorted((self.instant(), self.instant()))
            if self.dice.random() < 0.5 or row["since"] == row["until"]:
                del row["until"]
        if self.dice.random() < 0.5:
            row["role"] = self.dice.choice(("admin", "owner", "buyer"))
        return row

    def end(self, _: int) -> Row:
        return self.facts("end_membership") | self.pair() | {"until": self.instant()}

    def event(self, number: int) -> Row:
        row: Row = {
            "type": "event",
            "id": f"e{number}",
            "name": self.dice.choice(("Login", "Project Created")),
            "occurredAt": self.instant(),
            "source": self.dice.choice(_SOURCES),
            "properties": {"amount": self.dice.choice(_VALUES)},
        }
        kind = self.dice.random()
        if kind < 0.9:
            row["identities"] = [self.identity_of_person() for _ in range(self.dice.choice((1, 1, 1, 2)))]
        if kind < 0.3 or kind >= 0.9:
            row["organisation"] = {"identity": self.identity_of_organisation()}
        return row
