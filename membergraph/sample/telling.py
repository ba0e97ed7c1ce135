"""What the sources say of the sample company, and when: the CRM, the product and billing, each in its own words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from membergraph.sample.company import Company, Organisation, Person, Spell
from membergraph.sample.contracts import plan_of, price
from membergraph.sample.vocabulary import TITLES

Row = dict[str, Any]

_TRIAL_SEATS = 5


class Calendar:
    """Turns days before the day of making into instants and days."""

    def __init__(self, today: date) -> None:
        """Stand on `today`."""
        self._midnight = datetime.combine(today, time(), UTC)

    def at(self, days_ago: float) -> str:
        """Return the instant so many days before today's midnight, to the second."""
        return (self._midnight - timedelta(seconds=round(days_ago * 86_400))).isoformat().replace("+00:00", "Z")

    def day(self, days_ago: float) -> str:
        """Return the day of that instant."""
        return self.at(days_ago)[:10]


def told(company: Company, calendar: Calendar, random: Random) -> Iterator[Row]:
    """Everything but events: organisations, people, memberships, and the CRM's and billing's opinions of them."""
    for organisation in company.organisations:
        yield from _organisation(organisation, company, calendar, random)
    for person in company.people:
        yield from _person(person, calendar, random)
        for spell in person.spells:
            yield from _membership(person, spell, calendar)
    yield from _crm_contacts(company, calendar, random)
    yield from _mailbox(company, calendar)
    yield _double(company.people[-1], calendar)


def user(person: Person) -> Row:
    """The reference to a person by the product's id."""
    return {"identity": {"kind": "user_id", "value": person.key}}


def account(organisation: Organisation) -> Row:
    """The reference to an organisation by the product's id."""
    return {"identity": {"kind": "organisation_id", "value": organisation.key}}


def _organisation(o: Organisation, company: Company, calendar: Calendar, random: Random) -> Iterator[Row]:
    own = {"kind": "organisation_id", "value": o.key}
    told_by_product: Row = {"type": "organisation", "identities": [own], "name": o.name, "domain": o.domain}
    if o.parent is not None:
        told_by_product["parent"] = {"kind": "organisation_id", "value": company.organisations[o.parent].key}
    signed_up = calendar.at(o.signed_up)
    yield told_by_product | {
        "firstSeenAt": signed_up,
        "attributes": {"country": o.country, "plan": "free"},
        "source": "product",
        "observedAt": signed_up,
    }
    for days_ago, attributes in _billed(o, calendar):
        yield {
            "type": "organisation",
            "identities": [own],
            "attributes": attributes,
            "source": "billing",
            "observedAt": calendar.at(days_ago),
        }
    if random.random() < 0.8:
        yield _crm_account(o, calendar, random)


def _billed(o: Organisation, calendar: Calendar) -> Iterator[tuple[float, Row]]:
    """What billing says, and how many days ago it began to: at sign-up, at every change, and when the customer is gone."""
    nothing: Row = {"plan": "free", "arr": 0, "seats": _TRIAL_SEATS, "churned": False}
    yield o.signed_up, nothing
    for bill in o.contract.bills if o.contract is not None else ():
        yield (
            bill.at,
            {
                "plan": plan_of(bill.seats),
                "arr": price(bill.seats),
                "seats": bill.seats,
                "renewal_date": calendar.day(bill.until),
            },
        )
    if o.left is not None:
        yield o.left, nothing | {"churned": True, "seats": 0, "renewal_date": None}


def _crm_account(o: Organisation, calendar: Calendar, random: Random) -> Row:
    """The sales team's view: a legal name, an industry, a guess at the head count and at the money."""
    seats = o.contract.bills[0].seats if o.contract is not None else random.randint(3, 12)
    return {
        "type": "organisation",
        "identities": [
            {"kind": "organisation_id", "value": o.key},
            {"kind": "salesforce_account", "value": f"acc-{o.number:03}"},
        ],
        "name": f"{o.name} Ltd",
        "attributes": {
            "Industry": o.industry,
            "employees": seats * random.randint(3, 20),
            "arr": round(price(seats) * random.choice((0.9, 1, 1, 1.2)), -2),
            "account_owner": random.choice(("Kaia", "Marco", "Tova")),
        },
        "source": "crm",
        "observedAt": calendar.at(_soon_after(o.signed_up, random)),
    }


def _soon_after(days_ago: float, random: Random) -> float:
    """The sales team writes things down within a fortnight."""
    return max(days_ago - random.uniform(0.5, 14), 1.2)


def _person(person: Person, calendar: Calendar, random: Random) -> Iterator[Row]:
    yield {
        "type": "person",
        "identities": [{"kind": "user_id", "value": person.key}, {"kind": "email", "value": person.email}],
        "name": person.name,
        "email": person.email,
        "firstSeenAt": calendar.at(person.signed_up),
        "attributes": {"language": random.choice(("en", "en", "de", "fr", "es")), "newsletter": random.random() < 0.4},
        "source": "product",
        "observedAt": calendar.at(person.signed_up),
    }


def _membership(person: Person, spell: Spell, calendar: Calendar) -> Iterator[Row]:
    pair = {"person": user(person), "organisation": account(spell.organisation), "source": "product"}
    yield pair | {
        "type": "membership",
        "role": spell.role,
        "since": calendar.at(spell.since),
        "observedAt": calendar.at(spell.since),
    }
    if spell.until is not None:
        until = calendar.at(spell.until)
        yield pair | {"type": "end_membership", "until": until, "observedAt": until}


def _crm_contacts(company: Company, calendar: Calendar, random: Random) -> Iterator[Row]:
    """Two in five people are contacts in the CRM too, known there by their address."""
    for person in company.people:
        if random.random() >= 0.4 and person is not company.people[-1]:
            continue
        held = person.spells[-1]
        noted = calendar.at(_soon_after(held.since, random))
        contact = {"kind": "salesforce_contact", "value": f"con-{person.number:04}"}
        yield {
            "type": "person",
            "identities": [contact, {"kind": "email", "value": person.email}],
            "name": f"{person.last}, {person.first}",
            "attributes": {"Job Title": random.choice(TITLES), "lead_score": random.randint(1, 100)},
            "source": "crm",
            "observedAt": noted,
        }
        if held.until is None:
            yield {
                "type": "membership",
                "person": {"identity": contact},
                "organisation": account(held.organisation),
                "primary": True,
                "attributes": {"buying_role": random.choice(("Champion", "Decision maker", "User", "User"))},
                "source": "crm",
                "observedAt": noted,
            }


def _mailbox(company: Company, calendar: Calendar) -> Iterator[Row]:
    """Three colleagues signed in with their office's `info@`: a shared address is nobody's."""
    office = company.organisations[20]
    owners = [p for p in company.people if p.spells[0].organisation is office][:3]
    for person in owners:
        yield {
            "type": "person",
            "identities": [
                {"kind": "user_id", "value": person.key},
                {"kind": "email", "value": f"info@{office.domain}"},
            ],
            "source": "product",
            "observedAt": calendar.at(2.5),
        }


def _double(person: Person, calendar: Calendar) -> Row:
    """The CRM holds somebody twice: that would give them two CRM ids, so it is a conflict for a person to look at."""
    return {
        "type": "person",
        "identities": [
            {"kind": "salesforce_contact", "value": "con-double"},
            {"kind": "email", "value": person.email},
        ],
        "name": person.name,
        "source": "crm",
        "observedAt": calendar.at(3),
    }
