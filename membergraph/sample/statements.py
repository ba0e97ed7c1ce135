"""Statements of the sources CRM, product and billing about the sample company."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from membergraph.sample.company import Company, SampleMembership, SampleOrganisation, SamplePerson
from membergraph.sample.contracts import plan_of, price
from membergraph.sample.vocabulary import TITLES

Row = dict[str, Any]

_TRIAL_SEATS = 5


class Calendar:
    """Converts days ago into instants and days."""

    def __init__(self, today: date) -> None:
        """Count from midnight of `today` in UTC."""
        self._midnight = datetime.combine(today, time(), UTC)

    def at(self, days_ago: float) -> str:
        """Return the instant as RFC 3339 text, to the second."""
        return (self._midnight - timedelta(seconds=round(days_ago * 86_400))).isoformat().replace("+00:00", "Z")

    def day(self, days_ago: float) -> str:
        """Return the day of that instant."""
        return self.at(days_ago)[:10]


def statement_rows(company: Company, calendar: Calendar, random: Random) -> Iterator[Row]:
    """Generate every row that is no event: organisations, people and memberships, by each source."""
    for organisation in company.organisations:
        yield from _organisation(organisation, company, calendar, random)
    for person in company.people:
        yield from _person(person, calendar, random)
        for membership in person.memberships:
            yield from _membership(person, membership, calendar)
    yield from _crm_contacts(company, calendar, random)
    yield from _mailbox(company, calendar)
    yield _double(company.people[-1], calendar)


def user(person: SamplePerson) -> Row:
    """Return a reference to a person by their id in the product."""
    return {"identity": {"kind": "user_id", "value": person.key}}


def account(organisation: SampleOrganisation) -> Row:
    """Return a reference to an organisation by its id in the product."""
    return {"identity": {"kind": "organisation_id", "value": organisation.key}}


def _organisation(o: SampleOrganisation, company: Company, calendar: Calendar, random: Random) -> Iterator[Row]:
    own = {"kind": "organisation_id", "value": o.key}
    by_product: Row = {"type": "organisation", "identities": [own], "name": o.name, "domain": o.domain}
    if o.parent is not None:
        by_product["parent"] = {"kind": "organisation_id", "value": company.organisations[o.parent].key}
    signed_up = calendar.at(o.signed_up_at)
    yield by_product | {
        "firstSeenAt": signed_up,
        "attributes": {"country": o.country, "plan": "free"},
        "source": "product",
        "observedAt": signed_up,
    }
    for days_ago, attributes in _billing_attributes(o, calendar):
        yield {
            "type": "organisation",
            "identities": [own],
            "attributes": attributes,
            "source": "billing",
            "observedAt": calendar.at(days_ago),
        }
    if random.random() < 0.8:
        yield _crm_account(o, calendar, random)


def _billing_attributes(o: SampleOrganisation, calendar: Calendar) -> Iterator[tuple[float, Row]]:
    """Generate billing's attributes with their days ago: at the sign-up, at every bill, and at the end."""
    unpaid: Row = {"plan": "free", "arr": 0, "seats": _TRIAL_SEATS, "churned": False}
    yield o.signed_up_at, unpaid
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
    if o.left_at is not None:
        yield o.left_at, unpaid | {"churned": True, "seats": 0, "renewal_date": None}


def _crm_account(o: SampleOrganisation, calendar: Calendar, random: Random) -> Row:
    """Return the view of the sales team: a legal name, an industry, and guesses of head count and revenue."""
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
        "observedAt": calendar.at(_soon_after(o.signed_up_at, random)),
    }


def _soon_after(days_ago: float, random: Random) -> float:
    """Return a time within the fortnight in which the sales team updates the CRM."""
    return max(days_ago - random.uniform(0.5, 14), 1.2)


def _person(person: SamplePerson, calendar: Calendar, random: Random) -> Iterator[Row]:
    yield {
        "type": "person",
        "identities": [{"kind": "user_id", "value": person.key}, {"kind": "email", "value": person.email}],
        "name": person.name,
        "email": person.email,
        "firstSeenAt": calendar.at(person.signed_up_at),
        "attributes": {"language": random.choice(("en", "en", "de", "fr", "es")), "newsletter": random.random() < 0.4},
        "source": "product",
        "observedAt": calendar.at(person.signed_up_at),
    }


def _membership(person: SamplePerson, membership: SampleMembership, calendar: Calendar) -> Iterator[Row]:
    pair = {"person": user(person), "organisation": account(membership.organisation), "source": "product"}
    yield pair | {
        "type": "membership",
        "role": membership.role,
        "since": calendar.at(membership.since),
        "observedAt": calendar.at(membership.since),
    }
    if membership.until is not None:
        until = calendar.at(membership.until)
        yield pair | {"type": "end_membership", "until": until, "observedAt": until}


def _crm_contacts(company: Company, calendar: Calendar, random: Random) -> Iterator[Row]:
    """Generate contacts of the CRM for two in five people, identified by their address."""
    for person in company.people:
        if random.random() >= 0.4 and person is not company.people[-1]:
            continue
        latest = person.memberships[-1]
        noted_at = calendar.at(_soon_after(latest.since, random))
        contact = {"kind": "salesforce_contact", "value": f"con-{person.number:04}"}
        yield {
            "type": "person",
            "identities": [contact, {"kind": "email", "value": person.email}],
            "name": f"{person.last}, {person.first}",
            "attributes": {"Job Title": random.choice(TITLES), "lead_score": random.randint(1, 100)},
            "source": "crm",
            "observedAt": noted_at,
        }
        if latest.until is None:
            yield {
                "type": "membership",
                "person": {"identity": contact},
                "organisation": account(latest.organisation),
                "primary": True,
                "attributes": {"buying_role": random.choice(("Champion", "Decision maker", "User", "User"))},
                "source": "crm",
                "observedAt": noted_at,
            }


def _mailbox(company: Company, calendar: Calendar) -> Iterator[Row]:
    """Generate sign-ins of three colleagues with their shared `info@` address, which identifies none of them."""
    office = company.organisations[20]
    owners = [p for p in company.people if p.memberships[0].organisation is office][:3]
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


def _double(person: SamplePerson, calendar: Calendar) -> Row:
    """Return a second contact of the CRM for a person. Two ids in one CRM are a conflict for people to solve."""
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
