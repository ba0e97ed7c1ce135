"""Worlds to roll up: one made by hand that holds every awkward case, and what hypothesis draws and changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from graph.rollups import RollUp
from tests.graph.rollups.oracle import Event, Filters, Membership, Organisation, Person, World

NOW = datetime(2026, 3, 10, 14, 30, tzinfo=UTC)

ADMINS = "role in ('admin', 'owner')"
NOT_PRO = "not plan = 'pro'"
NEW = "person.first_seen_at within last 30 days"
BIG = "amount > 50"
RECENT = "occurred_at within last 3 days"


def _person(world: World, membership: Membership) -> Person:
    return world.people[membership.person]


def _within(instant: datetime | None, days: int, now: datetime) -> bool:
    return instant is not None and now - timedelta(days=days) <= instant <= now


FILTERS = Filters(
    {
        None: lambda world, membership, now: True,
        ADMINS: lambda world, membership, now: membership.role in ("admin", "owner"),
        NOT_PRO: lambda world, membership, now: _person(world, membership).attributes.get("plan") != "pro",
        NEW: lambda world, membership, now: _within(_person(world, membership).first_seen, 30, now),
    },
    {
        None: lambda event, now: True,
        BIG: lambda event, now: event.properties.get("amount", 0) > 50,
        RECENT: lambda event, now: _within(event.at, 3, now),
    },
)


def ago(**by: float) -> datetime:
    """An instant before NOW."""
    return NOW - timedelta(**by)


def world() -> World:
    """A holding with subsidiaries, people in several of them, ended spells, returns, a kiosk, a merge and an erasure."""
    made = World()
    for id, parent in [("holding", None), ("west", "holding"), ("east", "holding"), ("shop", "west"), ("alone", None)]:
        made.organisations[id] = Organisation(id, parent)
    _people(made)
    _memberships(made)
    _events(made)
    return made


def _people(made: World) -> None:
    rows: list[tuple[str, float | None, dict[str, Any], str | None]] = [
        ("ada", 200, {"seats": 3, "score": 1.5, "plan": "pro", "renewal_date": date(2026, 5, 1)}, None),
        ("bob", 10, {"seats": 5, "score": 2.25, "plan": "free"}, None),
        ("cyd", None, {"seats": 3, "plan": "free", "renewal_date": date(2026, 4, 1)}, None),
        ("dan", 29.5, {"score": 4.0}, None),
        ("eve", 40, {"seats": 8, "plan": "pro"}, None),
        ("kiosk", 1, {"seats": 100, "plan": "kiosk"}, "shared"),
        ("gone", 1, {"seats": 100, "plan": "gone"}, "merged"),
    ]
    for id, days, attributes, uncounted in rows:
        seen = None if days is None else ago(days=days)
        last = None if days is None else ago(days=days / 2)
        made.people[id] = Person(id, seen, last, uncounted, attributes)


def _memberships(made: World) -> None:
    rows: list[tuple[str, str, str, str | None, datetime | None, datetime | None]] = [
        ("m-ada-west", "ada", "west", "admin", None, None),
        ("m-ada-shop", "ada", "shop", "user", ago(days=90), None),
        ("m-ada-east-1", "ada", "east", "owner", ago(days=400), ago(days=300)),
        ("m-ada-east-2", "ada", "east", "owner", ago(days=100), None),
        ("m-bob-west", "bob", "west", None, None, ago(days=2)),
        ("m-bob-east", "bob", "east", "user", ago(days=2), ago(days=-5)),
        ("m-cyd-east", "cyd", "east", "admin", ago(hours=-3), None),
        ("m-cyd-holding", "cyd", "holding", "user", None, None),
        ("m-dan-shop", "dan", "shop", "owner", None, None),
        ("m-eve-shop", "eve", "shop", None, None, None),
        ("m-kiosk-west", "kiosk", "west", None, None, None),
        ("m-gone-west", "gone", "west", "admin", None, None),
        ("m-erased-shop", "eve", "shop", "admin", ago(days=900), None),
    ]
    for id, person, organisation, role, since, until in rows:
        erased = "erased" if "erased" in id else None
        made.memberships[id] = Membership(id, person, organisation, role, since, until, erased)


def _events(made: World) -> None:
    names = ("Project Created", "Signed In", "Trial Started")
    owners = [*made.memberships, "west", "shop", "holding", "ada", "bob"]
    days = (0, 0, 1, 2, 3, 6, 7, 8, 29, 30, 31, 100)
    for i in range(150):
        owner, name = owners[(i * 7) % len(owners)], names[(i // 3) % 3]
        at = (NOW - timedelta(days=days[(i * 5) % len(days)])).replace(hour=(i * 11) % 14, minute=i % 60)
        properties: dict[str, Any] = {} if i % 5 == 0 else {"amount": (i * 37) % 100, "channel": ("web", "app")[i % 2]}
        made.events[f"e{i:03}"] = Event(f"e{i:03}", owner, name, at, properties)
    # Up to five minutes ahead of us is accepted (F7): tomorrow's event is in no window today.
    late = NOW.replace(hour=0, minute=2) + timedelta(days=1)
    made.events["tomorrow"] = Event("tomorrow", "m-eve-shop", "Signed In", late, {"amount": 77})


def every_roll_up() -> list[RollUp]:
    """Every aggregation, source, attribute, window and filter that makes sense together."""
    found = []
    for where in (None, ADMINS, NOT_PRO, NEW):
        found.append(RollUp("COUNT", where=where))
        found += [RollUp(each, attribute="seats", where=where) for each in ("SUM", "AVERAGE", "MAX", "COUNT")]
        found += [RollUp(each, attribute="plan", where=where) for each in ("FIRST", "LAST", "COUNT_DISTINCT")]
        found += [RollUp(each, attribute="role", where=where) for each in ("FIRST", "COUNT", "COUNT_DISTINCT")]
        value_choices = [("plan", "MOST_FREQUENT"), ("seats", "MOST_FREQUENT"), ("role", "MOST_FREQUENT")]
        value_choices += [("seats", "UNIQUE_VALUES"), ("renewal_date", "UNIQUE_VALUES"), ("role", "UNIQUE_VALUES")]
        found += [RollUp(each, attribute=name, where=where) for name, each in value_choices]  # type: ignore[arg-type]
        found.append(RollUp("SUM", attribute="score", where=where))
        found.append(RollUp("MIN", attribute="renewal_date", where=where))
        found.append(RollUp("MAX", attribute="first_seen_at", where=where))
    return found + every_of_events()


def every_of_events() -> list[RollUp]:
    """Roll-ups of events: one in thirteen of the product of all choices, in which any two choices meet."""
    found: list[RollUp] = []
    for name in (None, "Signed In", "Never Happened"):
        for days, until in ((None, 0), (1, 0), (7, 0), (30, 0), (7, 7), (1, 2), (30, 1)):
            for where, event_where in ((None, None), (ADMINS, None), (NOT_PRO, BIG), (None, BIG), (None, RECENT)):
                given = {
                    "event_name": name,
                    "window_days": days,
                    "end_days_ago": until,
                    "where": where,
                    "event_where": event_where,
                }
                without_attribute = ("COUNT", "COUNT_DISTINCT", "ACTIVE_DAYS", "FIRST", "LAST")
                found += [RollUp(each, "EVENTS", **given) for each in without_attribute]  # type: ignore[arg-type]
                amount_aggregations = ("SUM", "AVERAGE", "MIN", "MAX", "COUNT", "FIRST", "LAST")
                found += [RollUp(each, "EVENTS", "amount", **given) for each in amount_aggregations]  # type: ignore[arg-type]
                channel_aggregations = ("COUNT_DISTINCT", "MOST_FREQUENT", "UNIQUE_VALUES")
                found += [RollUp(each, "EVENTS", "channel", **given) for each in channel_aggregations]  # type: ignore[arg-type]
    return found[::13]
