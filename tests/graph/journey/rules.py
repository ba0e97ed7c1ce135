"""Criteria that say twice what they mean: as text in the language, and as plain Python over a `View` at an instant.

A `Rule` is its text, so that a stage can carry it as it carries any criterion; `holds` is the other reading of it.
Instants are epoch milliseconds, dates are dates.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any, Self

from tests.graph.criteria.oracle import DAY, View, day_of

Reading = Callable[[View, int], bool]


class Rule(str):
    """`days` are the lengths of its windows; `asked` says that it is about events or members as a whole."""

    __slots__ = ("asked", "days", "holds", "parts")

    def __new__(
        cls, text: str, holds: Reading, *, days: int = 0, parts: tuple[Rule, ...] = (), asked: bool = False
    ) -> Self:
        made = super().__new__(cls, text)
        made.holds, made.parts, made.asked = holds, parts, asked
        made.days = frozenset({days} - {0}).union(*(part.days for part in parts))
        return made

    def clauses(self) -> Iterator[Rule]:
        """The clauses about events and members within it."""
        if self.asked:
            yield self
        for part in self.parts:
            yield from part.clauses()


# ---------------------------------------------------------------- attributes

_SIGNS = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def compare(name: str, sign: str, value: str | float | bool) -> Rule:
    """C1: a comparison with what is not known does not hold, and `!=` is `not =`."""
    written = f"'{value}'" if isinstance(value, str) else str(value).lower()

    def holds(seen: View, _: int) -> bool:
        known = seen.get("organisation", name)
        if sign == "!=":
            return known != value
        return known is not None and _SIGNS[sign](known, value)

    return Rule(f"{name} {sign} {written}", holds)


def known(name: str, *, entity: str = "organisation") -> Rule:
    return Rule(f"{name} has any value", lambda seen, _: seen.get(entity, name) is not None)


def unknown(name: str) -> Rule:
    return Rule(f"{name} has no value", lambda seen, _: seen.get("organisation", name) is None)


def date_within_last(name: str, days: int) -> Rule:
    """C2: whole UTC days, today included."""

    def holds(seen: View, now: int) -> bool:
        day, today = seen.get("organisation", name), day_of(now)
        return day is not None and today - timedelta(days=days) < day <= today

    return Rule(f"{name} within last {days} days", holds, days=days)


def date_within_next(name: str, days: int) -> Rule:
    def holds(seen: View, now: int) -> bool:
        day, today = seen.get("organisation", name), day_of(now)
        return day is not None and today <= day < today + timedelta(days=days)

    return Rule(f"{name} within next {days} days", holds, days=days)


def instant_within_last(name: str, days: int, *, entity: str = "organisation") -> Rule:
    """C2: N days are N times 24 hours, now included."""

    def holds(seen: View, now: int) -> bool:
        instant = seen.get(entity, name)
        return instant is not None and now - days * DAY < instant <= now

    return Rule(f"{name} within last {days} days", holds, days=days)


def instant_within_next(name: str, days: int) -> Rule:
    def holds(seen: View, now: int) -> bool:
        instant = seen.get("organisation", name)
        return instant is not None and now < instant <= now + days * DAY

    return Rule(f"{name} within next {days} days", holds, days=days)


# ---------------------------------------------------------------- events and members


def did(event: str, times: int = 1, days: int | None = None) -> Rule:
    """At least so many events of the organisation and its members, in so many UTC days, today included."""

    def holds(seen: View, now: int) -> bool:
        assert seen.organisation
        today = day_of(now)

        def counts(day: date) -> bool:
            return days is None or today - timedelta(days=days) < day <= today

        happened = [each for each in seen.organisation.events if each.name == event]
        return sum(counts(day_of(each.at)) for each in happened) >= times

    often = f" at least {times} times" if times != 1 else ""
    window = f" within last {days} days" if days else ""
    return Rule(f"did '{event}'{often}{window}", holds, days=days or 0, asked=True)


def any_member(role: str | None = None, days: int | None = None) -> Rule:
    """M4: a current member (since <= now < until) of that role, seen within so many times 24 hours."""
    seen_lately = instant_within_last("seen_at", days, entity="person") if days else None
    asked = [f"role = '{role}'"] * (role is not None) + [str(seen_lately)] * (seen_lately is not None)

    def holds(seen: View, now: int) -> bool:
        assert seen.organisation
        current = [each for each in seen.organisation.memberships if each.current(now)]
        return any(
            (role is None or each.values["role"] == role)
            and (seen_lately is None or seen_lately.holds(View(person=each.person), now))
            for each in current
        )

    return Rule(f"any member ({' and '.join(asked)})", holds, days=days or 0, asked=True)


# ---------------------------------------------------------------- logic


def negated(rule: Rule) -> Rule:
    return Rule(f"not ({rule})", lambda seen, now: not rule.holds(seen, now), parts=(rule,))


def both(one: Rule, other: Rule) -> Rule:
    return Rule(
        f"({one} and {other})", lambda seen, now: one.holds(seen, now) and other.holds(seen, now), parts=(one, other)
    )


def either(one: Rule, other: Rule) -> Rule:
    return Rule(
        f"({one} or {other})", lambda seen, now: one.holds(seen, now) or other.holds(seen, now), parts=(one, other)
    )


# ---------------------------------------------------------------- at random


def ingested(r: Random) -> Rule:
    """A rule about facts: attributes, events, members. Simple ones first, so that examples shrink to them."""
    days = r.choice((1, 2, 7, 30))
    return r.choice(
        (
            lambda: compare("plan", "=", "pro"),
            lambda: compare("arr", ">=", 100),
            lambda: compare("plan", "!=", "pro"),
            lambda: compare("churned", "=", True),
            lambda: known("trial_at"),
            lambda: unknown("renewal"),
            lambda: date_within_last("renewal", days),
            lambda: date_within_next("renewal", days),
            lambda: instant_within_last("trial_at", days),
            lambda: instant_within_next("trial_at", days),
            lambda: did(r.choice("AB")),
            lambda: did(r.choice("AB"), 1, days),
            lambda: did(r.choice("AB"), 2, days),
            lambda: any_member(role="admin"),
            lambda: any_member(days=days),
            lambda: any_member("admin", days),
        )
    )()


def windowed(r: Random) -> Rule:
    """A rule about facts that time alone makes true or false soon."""
    days = r.choice((1, 2, 3, 7))
    made: Rule = r.choice(
        (
            lambda: instant_within_last("trial_at", days),
            lambda: instant_within_next("trial_at", days),
            lambda: date_within_last("renewal", days),
            lambda: date_within_next("renewal", days),
            lambda: did(r.choice("AB"), 1, days),
            lambda: any_member("admin", days),
            lambda: any_member(role="admin"),
        )
    )()
    return negated(made) if r.choice((False, True)) else made


def generated(r: Random, names: tuple[str, ...]) -> Rule:
    """A rule about what stages and objectives generate (J10)."""
    name, days = r.choice(names), r.choice((1, 3, 7, 30))
    return r.choice(
        (
            lambda: known(f"last_completion_of_{name}"),
            lambda: compare(f"currently_member_of_{name}", "=", True),
            lambda: negated(compare(f"currently_member_of_{name}", "=", True)),
            lambda: known(f"last_left_{name}"),
            lambda: known(f"last_entry_to_{name}"),
            lambda: unknown(f"last_exit_from_{name}"),
            lambda: instant_within_last(f"last_left_{name}", days),
            lambda: instant_within_last(f"last_entry_to_{name}", days),
            lambda: instant_within_last(f"last_completion_of_{name}", days),
        )
    )()


def some_rule(r: Random, names: tuple[str, ...] = ()) -> Rule:
    """A rule about anything; `names` are the stages and objectives that it may speak of."""

    def leaf() -> Rule:
        return generated(r, names) if names and r.choice((False, True, False)) else r.choice((ingested, windowed))(r)

    made: Any = r.choice(
        (leaf, leaf, lambda: negated(leaf()), lambda: both(leaf(), leaf()), lambda: either(leaf(), leaf()))
    )
    rule: Rule = made()
    return rule
