"""What the sources say of the sample company: the CRM, the product and billing, each in its own words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from membergraph.sample.company import Company, Organisation, Person, Spell
from membergraph.sample.vocabulary import TITLES

Row = dict[str, Any]


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
    yield told_by_product | {
        "firstSeenAt": calendar.at(o.signed_up),
        "attributes": {"country": o.country, "plan": o.plan},
        "source": "product",
        "observedAt": calendar.at(1),
    }
    yield {
        "type": "organisation",
        "identities": [own],
        "attributes": _billed(o, calendar),
        "source": "billing",
        "observedAt": calendar.at(1.2),
    }
    if random.random() < 0.8:
        yield _crm_account(o, calendar, random)


def _billed(o: Organisation, calendar: Calendar) -> Row:
    attributes: Row = {"plan": o.plan, "arr": o.arr, "seats": o.seats}
    if o.paid_from is not None and o.paid_until is None:
        attributes["renewal_date"] = calendar.day(o.paid_from - 365)
    return attributes


def _crm_account(o: Organisation, calendar: Calendar, random: Random) -> Row:
    """The sales team's view: a legal name, an industry, a guess at the head count and at the money."""
    return {
        "type": "organisation",
        "identities": [
            {"kind": "organisation_id", "value": o.key},
            {"kind": "salesforce_account", "value": f"acc-{o.number:03}"},
        ],
        "name": f"{o.name} Ltd",
        "attributes": {
            "Industry": o.industry,
            "employees": o.seats * random.randint(3, 20),
            "arr": round(o.arr * random.choice((0.9, 1, 1, 1.2)), -2),
            "account_owner": random.choice(("Kaia", "Marco", "Tova")),
        },
        "source": "crm",
        "observedAt": calendar.at(random.uniform(2, 30)),
    }


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
        contact = {"kind": "salesforce_contact", "value": f"con-{person.number:04}"}
        yield {
            "type": "person",
            "identities": [contact, {"kind": "email", "value": person.email}],
            "name": f"{person.last}, {person.first}",
            "attributes": {"Job Title": random.choice(TITLES), "lead_score": random.randint(1, 100)},
            "source": "crm",
            "observedAt": calendar.at(random.uniform(2, 30)),
        }
        held = person.spells[-1]
        if held.until is None:
            yield {
                "type": "membership",
                "person": {"identity": contact},
                "organisation": account(held.organisation),
                "primary": True,
                "attributes": {"buying_role": random.choice(("Champion", "Decision maker", "User", "User"))},
                "source": "crm",
                "observedAt": calendar.at(1.2),
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
