"""Customers of the sample company, their people and their memberships.

A time is a number of days before the day of the sample: 12.25 is 18:00 on the thirteenth day before it. The holding was a customer before
the year began, and past its onboarding. All others signed up within the year.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from membergraph.sample.contracts import TRIAL, Contract, negotiate
from membergraph.sample.vocabulary import COMPANY_FIRST, COMPANY_SECOND, COUNTRIES, FIRST_NAMES, INDUSTRIES, LAST_NAMES

ORGANISATIONS = 200
PEOPLE = 1_500
"""One person counts twice, because the CRM has two contacts for them."""
CONSULTANTS, AGENCY_PEOPLE, HOLDING_PEOPLE, TWO_HATS = 24, 32, 40, 54
IN_SEVERAL = CONSULTANTS + AGENCY_PEOPLE + HOLDING_PEOPLE + TWO_HATS
CHANGED_EMPLOYER = 12

_HOLDING = ("Halden Group", "Halden Logistics", "Halden Marine", "Halden Energy", "Halden Marine Nordic")
_PARENTS = {1: 0, 2: 0, 3: 0, 4: 2}
_AGENCIES = ("Pixel & Pine", "Northlight Studio", "Second Draft", "Kite Agency")
_NEW = 24


@dataclass(slots=True)
class SampleOrganisation:
    """A customer, or an organisation that tried the product and left."""

    number: int
    name: str
    signed_up_at: float
    industry: str
    country: str
    parent: int | None = None
    contract: Contract | None = None
    """Its contract; None if it never paid."""
    activated: bool = True

    @property
    def key(self) -> str:
        """Its id in the product."""
        return f"org-{self.number:03}"

    @property
    def domain(self) -> str:
        """Its email domain."""
        return self.name.lower().replace(" & ", "-").replace(" ", "-") + ".example"

    @property
    def left_at(self) -> float | None:
        """The end of its trial or of its last term; None while it is a customer."""
        end = self.signed_up_at - TRIAL if self.contract is None else self.contract.cancelled_at
        return end if end is not None and end >= 1 else None

    @property
    def active_until(self) -> float:
        """The time until which its people use the product."""
        if self.contract is None:
            return max(self.signed_up_at - TRIAL - 6, 1)
        return self.left_at or 1


@dataclass(slots=True)
class SampleMembership:
    """A person's time in one organisation."""

    organisation: SampleOrganisation
    role: str
    since: float
    until: float | None = None


@dataclass(slots=True)
class SamplePerson:
    """A person and their memberships."""

    number: int
    first: str
    last: str
    home: str | None = None
    """The domain of their address; None for that of their first organisation."""
    memberships: list[SampleMembership] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Their id in the product."""
        return f"user-{self.number:04}"

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"

    @property
    def email(self) -> str:
        """Their email address."""
        return f"{self.first}.{self.last}@{self.home or self.memberships[0].organisation.domain}".lower()

    @property
    def signed_up_at(self) -> float:
        """The time of their account: a little before their first membership."""
        return max(membership.since for membership in self.memberships) + 0.02


@dataclass(slots=True)
class Company:
    """All customers and all their people."""

    organisations: list[SampleOrganisation]
    people: list[SamplePerson]


def company(random: Random) -> Company:
    """Generate the customers and their people."""
    organisations = [_organisation(number, random) for number in range(ORGANISATIONS)]
    names = random.sample([(first, last) for first in FIRST_NAMES for last in LAST_NAMES], PEOPLE - 1)
    people = [SamplePerson(number, *name) for number, name in enumerate(names)]
    _place(people, organisations, random)
    for organisation in organisations:
        _decide(organisation, people, random)
    return Company(organisations, people)


def _organisation(number: int, random: Random) -> SampleOrganisation:
    return SampleOrganisation(
        number,
        _name(number),
        random.uniform(*_signup_range(number)),
        random.choice(INDUSTRIES),
        random.choice(COUNTRIES),
        _PARENTS.get(number),
    )


def _signup_range(number: int) -> tuple[float, float]:
    """Return the range for the time of its sign-up."""
    if number < len(_HOLDING):
        return 397, 400
    if number < len(_HOLDING) + len(_AGENCIES):
        return 300, 340
    return (2, 28) if number >= ORGANISATIONS - _NEW else (29, 362)


def _name(number: int) -> str:
    named = (*_HOLDING, *_AGENCIES)
    if number < len(named):
        return named[number]
    # both lists advance at once, so no two customers share a name
    return f"{COMPANY_FIRST[number % len(COMPANY_FIRST)]} {COMPANY_SECOND[number % len(COMPANY_SECOND)]}"


def _place(people: list[SamplePerson], organisations: list[SampleOrganisation], random: Random) -> None:
    """Give every person their organisations, special groups first."""
    holding, agencies = organisations[: len(_HOLDING)], organisations[len(_HOLDING) :][: len(_AGENCIES)]
    clients = organisations[len(_HOLDING) + len(_AGENCIES) : ORGANISATIONS - _NEW]
    rest = iter(people)
    for _ in range(CONSULTANTS):
        consultant = next(rest)
        consultant.home = "many-hats.example"
        _join(consultant, random.sample(clients, random.randint(3, 6)), ("admin", "member", "viewer"), random)
    for n in range(AGENCY_PEOPLE):
        agency = agencies[n % len(agencies)]
        _join(
            next(rest), [agency, *random.sample(clients, random.randint(1, 4))], ("member", "admin", "viewer"), random
        )
    for n in range(HOLDING_PEOPLE):
        _join(next(rest), [holding[0], holding[1 + n % 4]], ("viewer", "admin"), random)
    for _ in range(TWO_HATS):
        _join(next(rest), random.sample(clients, 2), ("billing", "viewer", "member"), random)
    _change_employers([next(rest) for _ in range(CHANGED_EMPLOYER)], clients, random)
    _employ(list(rest), organisations, random)


def _join(
    person: SamplePerson, organisations: list[SampleOrganisation], roles: tuple[str, ...], random: Random
) -> None:
    for n, organisation in enumerate(organisations):
        person.memberships.append(SampleMembership(organisation, roles[n % len(roles)], _later(organisation, random)))


def _later(organisation: SampleOrganisation, random: Random) -> float:
    """Return a time after the organisation's sign-up: most people join soon, some late."""
    return max(organisation.signed_up_at * (1 - random.random() ** 3), 1.5)


def _change_employers(people: list[SamplePerson], clients: list[SampleOrganisation], random: Random) -> None:
    """Give each person one employer, then another. The first person returns to the old one."""
    old = [o for o in clients if o.signed_up_at > 250]
    for person in people:
        first, second = random.sample(old, 2)
        leaves, joins = random.uniform(150, 240), random.uniform(100, 140)
        person.memberships = [
            SampleMembership(first, "member", leaves + 5, leaves),
            SampleMembership(second, "member", joins),
        ]
    back = people[0]
    back.memberships[1].until = 60.5
    back.memberships.append(SampleMembership(back.memberships[0].organisation, "admin", 45.5))


def _employ(people: list[SamplePerson], organisations: list[SampleOrganisation], random: Random) -> None:
    """Give each organisation its owner, and spread the other people by chance, most of them over big customers."""
    weights = [min(random.paretovariate(1.1), 25) for _ in organisations]
    for n, person in enumerate(people):
        if n < len(organisations):
            person.memberships.append(SampleMembership(organisations[n], "owner", organisations[n].signed_up_at))
        else:
            organisation = random.choices(organisations, weights)[0]
            role = random.choices(("member", "admin", "viewer", "billing"), (70, 12, 15, 3))[0]
            person.memberships.append(SampleMembership(organisation, role, _later(organisation, random)))


def _decide(organisation: SampleOrganisation, people: list[SamplePerson], random: Random) -> None:
    """Decide whether an organisation adopts the product and pays. Three in five with enough time do."""
    members = sum(
        1 for person in people for membership in person.memberships if membership.organisation is organisation
    )
    loyal = organisation.number < len(_HOLDING)
    paid_from = organisation.signed_up_at - random.uniform(3, TRIAL)
    if loyal or (random.random() < 0.62 and paid_from >= 1):
        organisation.contract = negotiate(paid_from, members, loyal, random)
    organisation.activated = loyal or random.random() < (0.5 if organisation.contract is None else 0.95)
