"""Who there is: the sample company's customers, their people, and who belonged where from when to when.

Times are days before the day the sample is made, with a fraction for the hour: 12.25 is 18:00, twelve days ago. The
holding was a customer before the year began, and past its onboarding; everybody else signed up within it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from membergraph.sample.contracts import TRIAL, Contract, negotiate
from membergraph.sample.vocabulary import COMPANY_FIRST, COMPANY_SECOND, COUNTRIES, FIRST_NAMES, INDUSTRIES, LAST_NAMES

ORGANISATIONS = 200
PEOPLE = 1_500
"""One of them is there twice: somebody of whom the CRM made a second contact."""
CONSULTANTS, AGENCY_PEOPLE, HOLDING_PEOPLE, TWO_HATS = 24, 32, 40, 54
IN_SEVERAL = CONSULTANTS + AGENCY_PEOPLE + HOLDING_PEOPLE + TWO_HATS
CHANGED_EMPLOYER = 12

_HOLDING = ("Halden Group", "Halden Logistics", "Halden Marine", "Halden Energy", "Halden Marine Nordic")
_PARENTS = {1: 0, 2: 0, 3: 0, 4: 2}
_AGENCIES = ("Pixel & Pine", "Northlight Studio", "Second Draft", "Kite Agency")
_NEW = 24


@dataclass(slots=True)
class Organisation:
    """One customer, or one that tried the product and left."""

    number: int
    name: str
    signed_up: float
    industry: str
    country: str
    parent: int | None = None
    contract: Contract | None = None
    """What it pays for; none where it never paid."""
    activated: bool = True

    @property
    def key(self) -> str:
        """The product's own id of it."""
        return f"org-{self.number:03}"

    @property
    def domain(self) -> str:
        """Its domain."""
        return self.name.lower().replace(" & ", "-").replace(" ", "-") + ".example"

    @property
    def left(self) -> float | None:
        """When it was a customer no longer: its trial or its last term was over. None where it is one still."""
        end = self.signed_up - TRIAL if self.contract is None else self.contract.cancelled
        return end if end is not None and end >= 1 else None

    @property
    def active_until(self) -> float:
        """Until how many days ago its people had a reason to come."""
        if self.contract is None:
            return max(self.signed_up - TRIAL - 6, 1)
        return self.left or 1


@dataclass(slots=True)
class Spell:
    """One person in one organisation."""

    organisation: Organisation
    role: str
    since: float
    until: float | None = None


@dataclass(slots=True)
class Person:
    """One person and where they belong."""

    number: int
    first: str
    last: str
    home: str | None = None
    """The domain of their address, where it is not that of an organisation they belong to."""
    spells: list[Spell] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The product's own id of them."""
        return f"user-{self.number:04}"

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"

    @property
    def email(self) -> str:
        """Their address: at the first organisation they belonged to, unless they have a home of their own."""
        return f"{self.first}.{self.last}@{self.home or self.spells[0].organisation.domain}".lower()

    @property
    def signed_up(self) -> float:
        """When they made their account: a little before they first belonged anywhere."""
        return max(spell.since for spell in self.spells) + 0.02


@dataclass(slots=True)
class Company:
    """All customers and all their people."""

    organisations: list[Organisation]
    people: list[Person]


def company(random: Random) -> Company:
    """Make the customers and their people."""
    organisations = [_organisation(number, random) for number in range(ORGANISATIONS)]
    names = random.sample([(first, last) for first in FIRST_NAMES for last in LAST_NAMES], PEOPLE - 1)
    people = [Person(number, *name) for number, name in enumerate(names)]
    _place(people, organisations, random)
    for organisation in organisations:
        _decide(organisation, people, random)
    return Company(organisations, people)


def _organisation(number: int, random: Random) -> Organisation:
    return Organisation(
        number,
        _name(number),
        random.uniform(*_signed_up(number)),
        random.choice(INDUSTRIES),
        random.choice(COUNTRIES),
        _PARENTS.get(number),
    )


def _signed_up(number: int) -> tuple[float, float]:
    """Between how many days ago it signed up."""
    if number < len(_HOLDING):
        return 397, 400
    if number < len(_HOLDING) + len(_AGENCIES):
        return 300, 340
    return (2, 28) if number >= ORGANISATIONS - _NEW else (29, 362)


def _name(number: int) -> str:
    named = (*_HOLDING, *_AGENCIES)
    if number < len(named):
        return named[number]
    # both lists are walked at once: no two customers share a name
    return f"{COMPANY_FIRST[number % len(COMPANY_FIRST)]} {COMPANY_SECOND[number % len(COMPANY_SECOND)]}"


def _place(people: list[Person], organisations: list[Organisation], random: Random) -> None:
    """Give everybody their organisations, special groups first."""
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


def _join(person: Person, organisations: list[Organisation], roles: tuple[str, ...], random: Random) -> None:
    for n, organisation in enumerate(organisations):
        person.spells.append(Spell(organisation, roles[n % len(roles)], _later(organisation, random)))


def _later(organisation: Organisation, random: Random) -> float:
    """An instant after the organisation signed up: most people join soon, some late."""
    return max(organisation.signed_up * (1 - random.random() ** 3), 1.5)


def _change_employers(people: list[Person], clients: list[Organisation], random: Random) -> None:
    """One job, then another; the first of them came back to the old one."""
    old = [o for o in clients if o.signed_up > 250]
    for person in people:
        first, second = random.sample(old, 2)
        leaves, joins = random.uniform(150, 240), random.uniform(100, 140)
        person.spells = [Spell(first, "member", leaves + 5, leaves), Spell(second, "member", joins)]
    back = people[0]
    back.spells[1].until = 60.5
    back.spells.append(Spell(back.spells[0].organisation, "admin", 45.5))


def _employ(people: list[Person], organisations: list[Organisation], random: Random) -> None:
    """Each organisation gets its owner; the others go where chance is, big customers having more of it."""
    weights = [min(random.paretovariate(1.1), 25) for _ in organisations]
    for n, person in enumerate(people):
        if n < len(organisations):
            person.spells.append(Spell(organisations[n], "owner", organisations[n].signed_up))
        else:
            organisation = random.choices(organisations, weights)[0]
            role = random.choices(("member", "admin", "viewer", "billing"), (70, 12, 15, 3))[0]
            person.spells.append(Spell(organisation, role, _later(organisation, random)))


def _decide(organisation: Organisation, people: list[Person], random: Random) -> None:
    """Whether it gets going with the product, and what it pays for: three in five of those that had the time do."""
    members = sum(1 for person in people for spell in person.spells if spell.organisation is organisation)
    loyal = organisation.number < len(_HOLDING)
    paid_from = organisation.signed_up - random.uniform(3, TRIAL)
    if loyal or (random.random() < 0.62 and paid_from >= 1):
        organisation.contract = negotiate(paid_from, members, loyal, random)
    organisation.activated = loyal or random.random() < (0.5 if organisation.contract is None else 0.95)
