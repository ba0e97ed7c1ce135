"""Load a large company into an empty graph, in the exact shape that the writer stores. Row by row it would take too long."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from benchmarks.company import BURST, DAY, DAYS, NAMES
from benchmarks.handwritten import day_row
from benchmarks.statements import text
from graph.clock import SystemClock
from graph.engine import Graph, Transaction
from graph.times import milliseconds
from graph.writer.counters import count

Row = dict[str, Any]
PEOPLE, EVENTS = 3, 10
"""People and events an organisation."""
_PEOPLE_PER_SECOND_MEMBERSHIP = 10
"""One in this many people has a second membership."""
_PEOPLE_PER_ACTIVE = 4
"""One in this many people is active, on several days."""
_SIZES = {"organisations": 2_000, "people": 2_000, "events": 500}
_DEFINITIONS = [
    ("organisation", "plan", "text"),
    ("organisation", "arr", "integer"),
    ("person", "language", "text"),
    ("person", "score", "integer"),
    ("event", "amount", "integer"),
]


async def define_attributes(graph: Graph) -> None:
    """Write the catalogue of the attributes that are loaded."""
    rows = [{"entity": entity, "name": name, "type": kind} for entity, name, kind in _DEFINITIONS]
    await _write(graph, "definitions", rows)


async def load(graph: Graph, first: int, last: int) -> None:
    """Load organisations from `first` up to but not including `last`, with their people and events."""
    began = milliseconds(SystemClock().now() - timedelta(days=DAYS)) // DAY * DAY
    makers: dict[str, Callable[[int, int, int], Iterator[Row]]] = {
        "organisations": _organisations,
        "people": _people,
        "events": _bursts,
    }
    for kind, make in makers.items():
        made = make(first, last, began)
        while rows := list(islice(made, _SIZES[kind])):
            await _write(graph, f"load_{kind}", rows)


async def _write(graph: Graph, statement: str, rows: list[Row]) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.execute(text(statement), {"rows": rows})

    await graph.write(work)


def _organisations(first: int, last: int, began: int) -> Iterator[Row]:
    chance = random.Random(first)
    for n in range(first, last):
        yield {
            "id": f"o_{n:07}",
            "name": f"Company {n}",
            "plan": chance.choice(["free", "team"]),
            "arr": chance.randrange(100_000),
            "first": began,
        }


def _people(first: int, last: int, began: int) -> Iterator[Row]:
    chance = random.Random(first)
    for n in range(first * PEOPLE, last * PEOPLE):
        places = [n // PEOPLE] + ([chance.randrange(first, last)] if n % _PEOPLE_PER_SECOND_MEMBERSHIP == 0 else [])
        yield {
            "id": f"p_{n:07}",
            "name": f"Person {n}",
            "email": f"p{n}@bulk.example",
            "language": chance.choice(["en", "fr", "de"]),
            "score": chance.randrange(100),
            "role": chance.choice(["admin", "member", "viewer"]),
            "since": began - chance.randrange(300) * DAY,
            "memberships": [{"id": f"m_{n:07}_{k}", "organisation": f"o_{place:07}"} for k, place in enumerate(places)],
        }


def _bursts(first: int, last: int, began: int) -> Iterator[Row]:
    """Yield the days of active members; the days of one member are far apart."""
    chance = random.Random(first)
    active = range(first * PEOPLE, last * PEOPLE, _PEOPLE_PER_ACTIVE)
    for burst in range((last - first) * EVENTS // BURST):
        n, day_number = active[burst % len(active)], burst // len(active)
        day = (n * 7 + day_number * 29) % DAYS + began // DAY
        yield _burst(f"m_{n:07}_0", n, day, chance)


def _burst(owner: str, n: int, day: int, chance: random.Random) -> Row:
    counts: dict[str, list[int]] = {}
    events = []
    for k in range(BURST):
        name, at = NAMES[int(len(NAMES) * chance.random() ** 2)], day * DAY + chance.randrange(DAY)
        count(counts, name, at)
        events.append([f"e_app:{n}-{day}-{k}", name, at, chance.randrange(500)])
    via = {"via": f"user_id:bulk-{n}", "organisationVia": f"organisation_id:bulk-{n // PEOPLE}"}
    return {**day_row(owner, day, counts), **via, "events": events}
