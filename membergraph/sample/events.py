"""Events of the sample company: visits, sign-ups, trials, subscriptions, and a year of work."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from random import Random
from typing import Any

from membergraph.sample.activation import activation_events
from membergraph.sample.company import Company, SampleMembership, SampleOrganisation, SamplePerson
from membergraph.sample.contracts import TRIAL
from membergraph.sample.statements import Calendar, Row, account, user
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
_VIEWING = {"Dashboard Opened": 50, "Report Viewed": 35, "Comment Added": 10, "Export Downloaded": 5}
_BEFORE_ACTIVATION = {"Dashboard Opened": 60, "Search Performed": 30, "Report Viewed": 10}
_SHARED_DAYS = 3
"""The people of an organisation work in the product on one day of so many."""
_WITHOUT_ORGANISATION = 0.03
"""Share of work events without an organisation, as some mobile apps send them."""

DatedRow = tuple[float, Row]
"""Days ago, and a row without id and time."""


def event_rows(company: Company, calendar: Calendar, random: Random) -> Iterator[Row]:
    """Generate every event, oldest first."""
    dated = [row for organisation in company.organisations for row in _commerce(organisation)]
    for person in company.people:
        dated += _arrival(person, random)
    for owner, membership in ((p, s) for p in company.people for s in p.memberships if s.role == "owner"):
        dated += _activation(owner, membership, random)
    dated += _work(company, random, EVENTS - len(dated))
    dated.sort(key=lambda one: -one[0])
    for number, (days_ago, row) in enumerate(dated):
        yield {"type": "event", "id": f"sample-{number:05}", "occurredAt": calendar.at(days_ago)} | row


def _commerce(o: SampleOrganisation) -> Iterator[DatedRow]:
    """Generate the events of an organisation itself, from the source billing."""

    def event(days_ago: float, name: str, **properties: Any) -> DatedRow:
        return days_ago, {"name": name, "organisation": account(o), "properties": properties, "source": "billing"}

    yield event(o.signed_up_at, "Trial Started", days=TRIAL)
    contract = o.contract
    if contract is None:
        if o.left_at is not None:
            yield event(o.left_at, "Trial Ended", converted=False)
        return
    yield event(contract.paid_from, "Trial Ended", converted=True)
    for bill in contract.bills:
        yield event(bill.at, bill.event, seats=bill.seats)
    for at in contract.upgrade_requests:
        yield event(at, "Upgrade Requested")
    paid = contract.paid_from - 0.001
    while paid >= contract.paid_until:
        yield event(paid, "Invoice Paid", amount=contract.seats(paid) * 24)
        paid -= 30
    if o.left_at is not None:
        yield event(o.left_at, "Subscription Cancelled", reason="Too few used it")


def _activation(owner: SamplePerson, membership: SampleMembership, random: Random) -> Iterator[DatedRow]:
    for at, name in activation_events(membership.organisation, random):
        yield at, _inside(owner, membership, name, _properties(name, random))


def _arrival(person: SamplePerson, random: Random) -> Iterator[DatedRow]:
    """Generate the sign-up of a person. Two in five were anonymous visitors before, and the sign-up identifies them."""
    sign_up: Row = {"name": "Signed Up", "person": user(person), "properties": {}, "source": "product"}
    if random.random() < 0.4:
        visitor = {"kind": "anonymous_id", "value": f"visitor-{person.number:04}"}
        for _ in range(random.randint(1, 5)):
            visit = {"name": "Page Viewed", "person": {"identity": visitor}, "source": "web"}
            days_before = random.expovariate(1 / 5) + 0.01
            yield person.signed_up_at + days_before, visit | {"properties": {"path": random.choice(PAGES)}}
        sign_up["identities"] = [visitor]
    yield person.signed_up_at, sign_up
    for n, membership in enumerate(person.memberships):
        name = "Workspace Created" if membership.role == "owner" else "Invitation Accepted"
        properties = {"invited_as": membership.role} if n or membership.role != "owner" else {}
        yield membership.since, _inside(person, membership, name, properties)


def _inside(person: SamplePerson, membership: SampleMembership, name: str, properties: Row) -> Row:
    return {
        "name": name,
        "person": user(person),
        "organisation": account(membership.organisation),
        "properties": properties,
        "source": "product",
    }


def _work(company: Company, random: Random, count: int) -> Iterator[DatedRow]:
    """Generate a number of work events, spread over members by the length of their membership and by chance."""
    memberships = [(p, s) for p in company.people for s in p.memberships if _days(s) > 0.5]
    weights = [_days(membership) * random.lognormvariate(0, 0.9) for _, membership in memberships]
    shares = list(accumulate(weights))
    done = 0
    for (person, membership), share in zip(memberships, shares, strict=True):
        due = round(count * share / shares[-1])
        yield from _sessions(person, membership, due - done, random)
        done = due


def _days(membership: SampleMembership) -> float:
    """Return the days in which a member uses the product."""
    return membership.since - max(membership.until or 1, membership.organisation.active_until)


def _sessions(person: SamplePerson, membership: SampleMembership, count: int, random: Random) -> Iterator[DatedRow]:
    """Generate sittings of a few events, minutes apart, on days that an organisation shares. They become rarer over time."""
    length = _days(membership)
    while count > 0:
        start = membership.since - length * random.random() ** 1.2
        start -= int(start - membership.organisation.number) % _SHARED_DAYS
        sitting = min(count, random.randint(1, 9))
        count -= sitting
        for n in range(sitting):
            at = max(start - n * random.uniform(1, 6) / 1440, membership.since - length, 1.0)
            yield at, _act(person, membership, random)


def _act(person: SamplePerson, membership: SampleMembership, random: Random) -> Row:
    names = _names(membership)
    name = random.choices(list(names), list(names.values()))[0]
    row = _inside(person, membership, name, _properties(name, random))
    if random.random() < _WITHOUT_ORGANISATION:
        del row["organisation"]
    return row


def _names(membership: SampleMembership) -> dict[str, int]:
    if not membership.organisation.activated:
        return _BEFORE_ACTIVATION
    return _VIEWING if membership.role in ("viewer", "billing") else _WORK


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
