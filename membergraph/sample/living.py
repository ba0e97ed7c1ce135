"""What happened at the sample company: visits, sign-ups, trials and subscriptions, and a year of work."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from random import Random
from typing import Any

from membergraph.sample.company import Company, Organisation, Person, Spell
from membergraph.sample.contracts import TRIAL
from membergraph.sample.starting import steps
from membergraph.sample.telling import Calendar, Row, account, user
from membergraph.sample.vocabulary import PAGES

EVENTS = 60_000

_WORK = {
    "Task Completed": 28,
    "Comment Added": 22,
    "Dashboard Opened": 18,
    "Report Viewed": 10,
    "File Shared": 9,
    "Search Performed": 8,
    "Export Downloaded": 4,
    "Project Created": 3,
    "Report Generated": 3,
}
_LOOKING = {"Dashboard Opened": 50, "Report Viewed": 35, "Comment Added": 10, "Export Downloaded": 5}
_BEFORE_ACTIVATION = {"Dashboard Opened": 60, "Search Performed": 30, "Report Viewed": 10}
_SHARED_DAYS = 3
"""On one day of so many the people of an organisation work in it."""
_OUTSIDE = 0.03
"""Share of work told without its organisation, as some mobile apps do."""

Happening = tuple[float, Row]
"""Days ago, and the row without its id and time."""


def happened(company: Company, calendar: Calendar, random: Random) -> Iterator[Row]:
    """Every event, oldest first."""
    told = [h for organisation in company.organisations for h in _commerce(organisation)]
    for person in company.people:
        told += _arrival(person, random)
    for owner, spell in ((p, s) for p in company.people for s in p.spells if s.role == "owner"):
        told += _getting_going(owner, spell, random)
    told += _work(company, random, EVENTS - len(told))
    told.sort(key=lambda happening: -happening[0])
    for number, (days_ago, row) in enumerate(told):
        yield {"type": "event", "id": f"sample-{number:05}", "occurredAt": calendar.at(days_ago)} | row


def _commerce(o: Organisation) -> Iterator[Happening]:
    """What the organisation itself did, told by billing."""

    def event(days_ago: float, name: str, **properties: Any) -> Happening:
        return days_ago, {"name": name, "organisation": account(o), "properties": properties, "source": "billing"}

    yield event(o.signed_up, "Trial Started", days=TRIAL)
    contract = o.contract
    if contract is None:
        if o.left is not None:
            yield event(o.left, "Trial Ended", converted=False)
        return
    yield event(contract.paid_from, "Trial Ended", converted=True)
    for bill in contract.bills:
        yield event(bill.at, bill.why, seats=bill.seats)
    for at in contract.asked:
        yield event(at, "Upgrade Requested")
    paid = contract.paid_from - 0.001
    while paid >= contract.paid_until:
        yield event(paid, "Invoice Paid", amount=contract.seats(paid) * 24)
        paid -= 30
    if o.left is not None:
        yield event(o.left, "Subscription Cancelled", reason="Too few used it")


def _getting_going(owner: Person, spell: Spell, random: Random) -> Iterator[Happening]:
    for at, name in steps(spell.organisation, random):
        yield at, _inside(owner, spell, name, _properties(name, random))


def _arrival(person: Person, random: Random) -> Iterator[Happening]:
    """Two in five looked around first, without a name; signing up tells who the visitor was."""
    sign_up: Row = {"name": "Signed Up", "person": user(person), "properties": {}, "source": "product"}
    if random.random() < 0.4:
        visitor = {"kind": "anonymous_id", "value": f"visitor-{person.number:04}"}
        for _ in range(random.randint(1, 5)):
            visit = {"name": "Page Viewed", "person": {"identity": visitor}, "source": "web"}
            days_before = random.expovariate(1 / 5) + 0.01
            yield person.signed_up + days_before, visit | {"properties": {"path": random.choice(PAGES)}}
        sign_up["identities"] = [visitor]
    yield person.signed_up, sign_up
    for n, spell in enumerate(person.spells):
        name = "Workspace Created" if spell.role == "owner" else "Invitation Accepted"
        properties = {"invited_as": spell.role} if n or spell.role != "owner" else {}
        yield spell.since, _inside(person, spell, name, properties)


def _inside(person: Person, spell: Spell, name: str, properties: Row) -> Row:
    return {
        "name": name,
        "person": user(person),
        "organisation": account(spell.organisation),
        "properties": properties,
        "source": "product",
    }


def _work(company: Company, random: Random, count: int) -> Iterator[Happening]:
    """So many events of work, shared out by how long and how keenly each member was at it."""
    spells = [(p, s) for p in company.people for s in p.spells if _days(s) > 0.5]
    keenness = [_days(spell) * random.lognormvariate(0, 0.9) for _, spell in spells]
    shares = list(accumulate(keenness))
    done = 0
    for (person, spell), share in zip(spells, shares, strict=True):
        due = round(count * share / shares[-1])
        yield from _sessions(person, spell, due - done, random)
        done = due


def _days(spell: Spell) -> float:
    """For how many days somebody had a reason to work there."""
    return spell.since - max(spell.until or 1, spell.organisation.active_until)


def _sessions(person: Person, spell: Spell, count: int, random: Random) -> Iterator[Happening]:
    """Work comes in sittings of a few events, minutes apart, on days that an organisation has in common; it thins out."""
    length = _days(spell)
    while count > 0:
        start = spell.since - length * random.random() ** 1.2
        start -= int(start - spell.organisation.number) % _SHARED_DAYS
        sitting = min(count, random.randint(1, 9))
        count -= sitting
        for n in range(sitting):
            at = max(start - n * random.uniform(1, 6) / 1440, spell.since - length, 1.0)
            yield at, _act(person, spell, random)


def _act(person: Person, spell: Spell, random: Random) -> Row:
    names = _names(spell)
    name = random.choices(list(names), list(names.values()))[0]
    row = _inside(person, spell, name, _properties(name, random))
    if random.random() < _OUTSIDE:
        del row["organisation"]
    return row


def _names(spell: Spell) -> dict[str, int]:
    if not spell.organisation.activated:
        return _BEFORE_ACTIVATION
    return _LOOKING if spell.role in ("viewer", "billing") else _WORK


def _properties(name: str, random: Random) -> Row:
    match name:
        case "Task Completed":
            return {"minutes": random.randint(2, 240)}
        case "Export Downloaded":
            return {"rows": random.randint(10, 5_000), "format": random.choice(("csv", "pdf"))}
        case "Integration Connected":
            return {"integration": random.choice(("calendar", "chat", "crm", "storage"))}
        case "Report Viewed":
            return {"report": random.choice(("Weekly", "Burn-down", "Workload"))}
        case _:
            return {}
