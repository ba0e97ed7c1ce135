"""Contracts of customers: terms of half a year or a year, business reviews, renewals and added seats.

A time is a number of days before the day of the sample. Negative times lie in the future and are left out. A customer with a
business review is much likelier to renew: this is the effect that findings should find.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

__all__ = ["RENEWAL", "TRIAL", "Bill", "Contract", "negotiate", "plan_of", "price"]

TRIAL = 14
"""Days of a trial."""
RENEWAL = 60
"""Days before the end of a term in which its renewal is prepared."""

_PRICES = {"free": 0, "team": 12, "business": 24, "enterprise": 40}
_TERMS = {"team": 182, "business": 182, "enterprise": 365}
_REVIEWED, _OFFERED = 0.6, 0.85
_RENEWS_REVIEWED, _RENEWS_UNSEEN = 0.97, 0.3


@dataclass(frozen=True, slots=True)
class Bill:
    """Seats paid from `at` until `until`, unless renewed. `event` is the name of its event."""

    at: float
    seats: int
    until: float
    event: str


@dataclass(slots=True)
class Contract:
    """Bills, oldest first, the time of cancellation, and ticks of renewals: time and objective."""

    bills: list[Bill] = field(default_factory=list)
    cancelled_at: float | None = None
    ticks: list[tuple[float, str]] = field(default_factory=list)
    upgrade_requests: list[float] = field(default_factory=list)
    """Times of requests for more seats."""

    @property
    def paid_from(self) -> float:
        """The start of the first term."""
        return self.bills[0].at

    @property
    def paid_until(self) -> float:
        """The end of payment, or yesterday."""
        return self.cancelled_at or 1

    def seats(self, at: float) -> int:
        """Return the seats paid at a time within the contract."""
        return next(bill.seats for bill in reversed(self.bills) if bill.at >= at)


def plan_of(seats: int) -> str:
    """Return the plan for a number of seats."""
    return "free" if not seats else "team" if seats < 8 else "business" if seats < 25 else "enterprise"


def price(seats: int) -> int:
    """Return the price of a number of seats for a year."""
    return seats * 12 * _PRICES[plan_of(seats)]


def negotiate(paid_from: float, members: int, loyal: bool, random: Random) -> Contract:
    """Generate a contract from its first day to today. A loyal customer always renews."""
    contract = Contract()
    seats = members + random.randint(0, members // 2)
    grows = paid_from - random.uniform(90, 240) if random.random() < 0.45 else -1.0
    begins, event = paid_from, "Subscription Started"
    signed = paid_from
    while signed >= 1:
        ends = begins - _TERMS[plan_of(seats)]
        contract.bills.append(Bill(signed, seats, ends, event))
        reviewed = random.random() < _REVIEWED
        renews = loyal or random.random() < (_RENEWS_REVIEWED if reviewed else _RENEWS_UNSEEN)
        review, agreed = ends + random.uniform(20, RENEWAL - 5), ends + random.uniform(2, 15)
        if agreed <= grows < signed:
            seats = round(seats * random.uniform(1.2, 1.6)) + 1
            _grow(contract, grows, seats, ends, random)
        if reviewed:
            _tick(contract, review, "review_held")
        if random.random() < _OFFERED:
            _tick(contract, ends + random.uniform(18, 35), "offer_sent")
        if not renews:
            contract.cancelled_at = ends if ends >= 1 else None
            break
        begins, signed, event = ends, agreed, "Subscription Renewed"
    return contract


def _grow(contract: Contract, at: float, seats: int, until: float, random: Random) -> None:
    """Add seats, in most cases with a request some days before."""
    if at >= 1:
        contract.bills.append(Bill(at, seats, until, "Subscription Upgraded"))
    requested = at + random.uniform(2, 12)
    if requested >= 1 and random.random() < 0.8:
        contract.upgrade_requests.append(requested)


def _tick(contract: Contract, at: float, objective: str) -> None:
    if at >= 1:
        contract.ticks.append((at, objective))
