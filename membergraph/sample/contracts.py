"""What a customer pays for: a term of half a year or a year, reviewed, renewed or not, and seats that are added.

Times are days before the day the sample is made; those ahead of it are negative. What lies ahead has not happened, and is
left out. Whose business review was held is much likelier to renew: the one effect that findings should find.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

__all__ = ["RENEWAL", "TRIAL", "Bill", "Contract", "negotiate", "plan_of", "price"]

TRIAL = 14
"""Days."""
RENEWAL = 60
"""How many days before the end of a term its renewal is looked after."""

_PRICES = {"free": 0, "team": 12, "business": 24, "enterprise": 40}
_TERMS = {"team": 182, "business": 182, "enterprise": 365}
_REVIEWED, _OFFERED = 0.6, 0.85
_RENEWS_REVIEWED, _RENEWS_UNSEEN = 0.97, 0.3


@dataclass(frozen=True, slots=True)
class Bill:
    """From `at` on so many seats are paid for, until `until` unless it is renewed. `why` is the event that tells of it."""

    at: float
    seats: int
    until: float
    why: str


@dataclass(slots=True)
class Contract:
    """Every bill, oldest first; when it was cancelled; and what was ticked off in its renewals: when, which objective."""

    bills: list[Bill] = field(default_factory=list)
    cancelled: float | None = None
    ticked: list[tuple[float, str]] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    """When more seats were asked for."""

    @property
    def paid_from(self) -> float:
        """When the first term began."""
        return self.bills[0].at

    @property
    def paid_until(self) -> float:
        """Until when it paid, as far as is known."""
        return self.cancelled or 1

    def seats(self, at: float) -> int:
        """How many seats were paid for at a time within it."""
        return next(bill.seats for bill in reversed(self.bills) if bill.at >= at)


def plan_of(seats: int) -> str:
    """The plan for so many seats."""
    return "free" if not seats else "team" if seats < 8 else "business" if seats < 25 else "enterprise"


def price(seats: int) -> int:
    """What so many seats cost a year."""
    return seats * 12 * _PRICES[plan_of(seats)]


def negotiate(paid_from: float, members: int, loyal: bool, random: Random) -> Contract:
    """A contract from its first day to today. Who is `loyal` always renews."""
    contract = Contract()
    seats = members + random.randint(0, members // 2)
    grows = paid_from - random.uniform(90, 240) if random.random() < 0.45 else -1.0
    begins, why = paid_from, "Subscription Started"
    signed = paid_from
    while signed >= 1:
        ends = begins - _TERMS[plan_of(seats)]
        contract.bills.append(Bill(signed, seats, ends, why))
        reviewed = random.random() < _REVIEWED
        renews = loyal or random.random() < (_RENEWS_REVIEWED if reviewed else _RENEWS_UNSEEN)
        held, agreed = ends + random.uniform(20, RENEWAL - 5), ends + random.uniform(2, 15)
        if agreed <= grows < signed:
            seats = round(seats * random.uniform(1.2, 1.6)) + 1
            _grow(contract, grows, seats, ends, random)
        if reviewed:
            _tick(contract, held, "review_held")
        if random.random() < _OFFERED:
            _tick(contract, ends + random.uniform(18, 35), "offer_sent")
        if not renews:
            contract.cancelled = ends if ends >= 1 else None
            break
        begins, signed, why = ends, agreed, "Subscription Renewed"
    return contract


def _grow(contract: Contract, at: float, seats: int, until: float, random: Random) -> None:
    """Seats are added, most often asked for some days before."""
    if at >= 1:
        contract.bills.append(Bill(at, seats, until, "Subscription Upgraded"))
    asked = at + random.uniform(2, 12)
    if asked >= 1 and random.random() < 0.8:
        contract.asked.append(asked)


def _tick(contract: Contract, at: float, objective: str) -> None:
    if at >= 1:
        contract.ticked.append((at, objective))
