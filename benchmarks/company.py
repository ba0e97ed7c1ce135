"""Generate facts of organisations, people, memberships and events, as rows for the writer."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from graph.clock import SystemClock
from graph.times import iso, milliseconds

Row = dict[str, Any]
DAY = 86_400_000
HOUR = 3_600_000
NAMES = [
    f"{thing} {done}"
    for thing in ("Project", "Report", "Invoice", "Board", "Page")
    for done in ("Created", "Viewed", "Shared", "Exported")
]
PEOPLE = 3
"""People an organisation."""
PEOPLE_PER_SECOND_MEMBERSHIP = 2
"""One in this many people has a second membership."""
EVENTS = 40
"""Events an organisation."""
BURST = 5
"""Events of one member on one day."""
DAYS = 90


@dataclass
class Lot:
    """Facts of one round. Their identities contain `tag`, so that rounds share no entities."""

    tag: str
    organisations: list[Row] = field(default_factory=list)
    people: list[Row] = field(default_factory=list)
    memberships: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    began: int = 0

    @property
    def kinds(self) -> dict[str, list[Row]]:
        """Return the rows by kind, in the order of writing."""
        return {
            "organisations": self.organisations,
            "people": self.people,
            "memberships": self.memberships,
            "events": self.events,
        }


def make(tag: str, organisations: int, *, people: int = PEOPLE, events: int = EVENTS, seed: int = 7) -> Lot:
    """Return facts of `organisations` organisations, each with `people` people and `events` events in time order."""
    chance = random.Random(seed)
    lot = Lot(tag, began=milliseconds(SystemClock().now() - timedelta(days=DAYS)) // DAY * DAY)
    for n in range(organisations):
        lot.organisations.append(_organisation(lot, n, chance))
    for n in range(organisations * people):
        lot.people.append(_person(lot, n, chance))
        places = [n // people]
        if organisations > 1 and n % PEOPLE_PER_SECOND_MEMBERSHIP == 0:
            places.append((places[0] + 1 + chance.randrange(organisations - 1)) % organisations)
        lot.memberships += [_membership(lot, n, place, chance) for place in places]
    lot.events = _events(lot, organisations * events, chance)
    return lot


def _organisation(lot: Lot, n: int, chance: random.Random) -> Row:
    return {
        "type": "organisation",
        "identities": [{"kind": "organisation_id", "value": f"{lot.tag}-o{n}"}],
        "name": f"Company {n}",
        "domain": f"{lot.tag}-{n}.example",
        "attributes": {"plan": chance.choice(["free", "team", "business"]), "arr": chance.randrange(100_000)},
        "source": "crm",
        "observedAt": iso(lot.began),
    }


def _person(lot: Lot, n: int, chance: random.Random) -> Row:
    return {
        "type": "person",
        "identities": [{"kind": "user_id", "value": f"{lot.tag}-u{n}"}],
        "name": f"{chance.choice(['Ann', 'Bob', 'Cyd', 'Dee'])} {chance.choice(['Lee', 'Moe', 'Ray'])}",
        "email": f"u{n}@{lot.tag}.example",
        "attributes": {"language": chance.choice(["en", "fr", "de"]), "score": chance.randrange(100)},
        "source": "crm",
        "observedAt": iso(lot.began),
    }


def _membership(lot: Lot, person: int, organisation: int, chance: random.Random) -> Row:
    return {
        "type": "membership",
        "person": _ref("user_id", f"{lot.tag}-u{person}"),
        "organisation": _ref("organisation_id", f"{lot.tag}-o{organisation}"),
        "role": chance.choice(["admin", "member", "viewer"]),
        "since": iso(lot.began - chance.randrange(300) * DAY),
        "source": "crm",
        "observedAt": iso(lot.began),
    }


def _events(lot: Lot, count: int, chance: random.Random) -> list[Row]:
    """Return events in bursts of one member and day. Some members do much, most do little."""
    found = []
    for burst in range(count // BURST):
        place = lot.memberships[int(len(lot.memberships) * chance.random() ** 2)]
        day = lot.began + burst * DAYS * BURST // count * DAY
        found += [_event(place, day + chance.randrange(DAY), chance) for _ in range(BURST)]
    return [{**row, "id": f"{lot.tag}-{n}"} for n, row in enumerate(found)]


def _event(place: Row, at: int, chance: random.Random) -> Row:
    return {
        "type": "event",
        "name": NAMES[int(len(NAMES) * chance.random() ** 2)],
        "occurredAt": iso(at),
        "person": place["person"],
        "organisation": place["organisation"],
        "properties": {"plan": "team", "amount": chance.randrange(500)},
        "source": "product",
    }


def _ref(kind: str, value: str) -> Row:
    return {"identity": {"kind": kind, "value": value}}
