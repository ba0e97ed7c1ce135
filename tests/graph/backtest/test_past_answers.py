"""Clauses about members and events, asked of a remembered past, say what the plain-Python oracle of criteria says (C1–C5)."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from graph.attributes.history import HeldValue
from graph.backtest.needs import needs
from graph.backtest.past_answers import PastClause
from graph.backtest.subjects import EventLog, PastEvent, PastMember, PastOrganisation, PastSubject
from graph.clock import epoch_ms, from_epoch_ms
from graph.criteria import parse
from graph.errors import UserMistake
from tests.graph.criteria import oracle
from tests.graph.criteria.oracle import DAY, Rule, View
from tests.graph.criteria.world import CATALOGUE, NOW, Happening, build
from tests.graph.criteria.world import Organisation as Plain

WORLD = build(seed=7)
# Every event has happened by then: an oracle without a past knows nothing of events to come.
LATEST = epoch_ms(NOW) + 300_000
for one in (*WORLD.people, *WORLD.organisations):
    one.values |= {name: None for name in ("firstSeenAt", "lastSeenAt") if (one.values.get(name) or 0) > LATEST}
NOWS = st.sampled_from(
    [LATEST + days * DAY + ms for days in (0, 1, 7, 30) for ms in (0, 1)] + [LATEST - LATEST % DAY + DAY]
)
_TIMES = {"trial_at", "firstSeenAt", "lastSeenAt"}


def _subject(values: dict[str, Any]) -> PastSubject:
    known = {
        name: value for name, value in values.items() if name not in ("firstSeenAt", "lastSeenAt") and value is not None
    }
    histories = {
        name: [HeldValue(0, from_epoch_ms(value) if name in _TIMES else value, "crm")] for name, value in known.items()
    }
    seen = values.get("lastSeenAt")
    return PastSubject(histories, values.get("firstSeenAt"), [] if seen is None else [seen])


def _events(happenings: list[Happening]) -> list[PastEvent]:
    return [PastEvent(each.name, each.at, None, {"amount": each.amount, "due": each.due}) for each in happenings]


def _organisation(plain: Plain) -> PastOrganisation:
    members = [
        PastMember(each.person.id, _subject(each.person.values), _subject(each.values), each.since, each.until, EventLog(_events(each.events)))
        for each in plain.memberships
        if each.person.uncounted is None
    ]  # fmt: skip
    happened = [*plain.events, *(event for each in plain.memberships for event in each.events)]
    return PastOrganisation(plain.id, _subject(plain.values), members, EventLog(_events(happened)), 0)


ORGANISATIONS = [(each, _organisation(each)) for each in WORLD.organisations]


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(rule=st.one_of(oracle.did("organisation"), oracle.of_members()), now=NOWS)
def test_a_clause_holds_as_the_oracle_says_and_not_otherwise_before_its_flip(rule: Rule, now: int) -> None:
    try:
        needs([rule.text], CATALOGUE, [])
    except UserMistake as refused:
        assume(refused.code != "NO_HISTORY")
        raise
    clause = PastClause.from_clause(parse(rule.text, subject="organisation", catalogue=CATALOGUE).root)
    for plain, organisation in ORGANISATIONS:
        holds, flip = clause.answer(organisation, now)
        assert holds == rule.holds(View(organisation=plain), now), (plain.id, rule.text)
        end = flip if flip is not None else now + 400 * DAY
        for instant in (now + (end - now) // 2, end - 1):
            assert holds == rule.holds(View(organisation=plain), instant) or _bound_between(plain, now, instant)


def _bound_between(plain: Plain, now: int, instant: int) -> bool:
    """A membership begins or ends in between: a change of its own, at which a replay stops anyway."""
    bounds = (bound for each in plain.memberships for bound in (each.since, each.until))
    return any(bound is not None and now < bound <= instant for bound in bounds)
