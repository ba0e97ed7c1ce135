"""Compiled criteria say what a plain-Python oracle says, and so do explanations; no answer changes before its flip."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.clock import epoch_ms, from_epoch_ms
from graph.criteria import (
    ParameterBag,
    compile_closure,
    compile_explanation,
    compile_flip,
    compile_predicate,
    evaluate,
    explain,
    parse,
)
from graph.criteria.cypher_snapshot import compile_snapshot
from graph.engine import Graph
from tests.graph.criteria import oracle
from tests.graph.criteria.oracle import Rule, View
from tests.graph.criteria.world import CATALOGUE, INSTANTS, NOW, World, build, load

pytestmark = pytest.mark.grows

DAY = 86_400_000
EXAMPLES = settings(
    max_examples=25 if os.environ.get("MEMBERGRAPH_LONG") == "1" else 10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
NOWS = st.sampled_from(
    [
        epoch_ms(NOW),
        epoch_ms(NOW) + 1,
        epoch_ms(NOW) + 3 * DAY,
        epoch_ms(NOW.replace(hour=0, minute=0, second=0, microsecond=0)),
        epoch_ms(NOW.replace(month=3, day=31)),
        epoch_ms(NOW.replace(month=1, day=1)),
    ]
)
LABELS = {"organisation": "Organisation", "person": "Person", "membership": "Membership"}


# What stands around a membership, for closures.
ALIASES = {"person": "p", "organisation": "o"}
AROUND = {"membership": " MATCH (n)<-[:HAS_MEMBERSHIP]-(p:Person) MATCH (n)-[:IN_ORGANISATION]->(o:Organisation)"}


@pytest.fixture
async def world(graph: Graph) -> World:
    made = build(seed=7)
    await load(graph, made)
    return made


def views(world: World, subject: str) -> dict[str, View]:
    if subject == "organisation":
        return {o.id: View(organisation=o) for o in world.organisations}
    if subject == "person":
        return {p.id: View(person=p) for p in world.people}
    return {m.id: View(m.organisation, m.person, m) for m in world.memberships}


async def asked(graph: Graph, text: str, subject: Any, now: int) -> tuple[Any, dict[str, dict[str, Any]]]:
    criterion = parse(text, subject=subject, catalogue=CATALOGUE)
    bag = ParameterBag()
    closure = compile_closure(criterion)
    reading = compile_snapshot(closure.properties, closure.clauses, subject, ALIASES | {subject: "n"}, bag)
    statement = (
        f"MATCH (n:{LABELS[subject]}){AROUND.get(subject, '')} "
        f"RETURN n.id AS id, {compile_predicate(criterion, 'n', bag)} AS holds, "
        f"{compile_flip(criterion, 'n', bag)} AS flip, {compile_explanation(criterion, 'n', bag)} AS fetched, "
        f"{reading.values} AS read, {reading.answers} AS answers"
    )
    rows = await graph.query(statement, {**bag.values, "now": now})
    return criterion, {row["id"]: {**row, "known": reading.snapshot(row["read"], row["answers"])} for row in rows}


async def check(graph: Graph, world: World, subject: str, rule: Rule, now: int) -> None:
    criterion, rows = await asked(graph, rule.text, subject, now)
    for id_, view in views(world, subject).items():
        row, expected = rows[id_], rule.holds(view, now)
        assert row["holds"] is expected, id_
        assert evaluate(criterion, row["fetched"], from_epoch_ms(now)) is expected, id_
        closure = compile_closure(criterion)
        assert closure.holds(row["known"], now) is expected, id_
        assert closure.flip(row["known"], now) == row["flip"], id_
        explanation = explain(criterion, row["fetched"], from_epoch_ms(now))
        assert explanation.holds is expected
        assert explanation.nodes[0].parent is None
        check_flip(rule, view, now, row["flip"], id_)


def check_flip(rule: Rule, view: View, now: int, flip: int | None, id_: str) -> None:
    """T3: the answer stands until the flip; without one, for ever, which is three years in this test."""
    assert flip is None or flip > now, id_
    expected, end = rule.holds(view, now), flip if flip is not None else now + 1100 * DAY
    r = random.Random(now)
    midnight = now - now % DAY
    tried = {
        now + 1,
        end - 1,
        *(midnight + DAY * n for n in (1, 2, 7, 30, 31, 90, 365)),
        *(r.randint(now, end) for _ in range(6)),
    }
    tried |= {instant + offset for instant in INSTANTS[::5] for offset in (0, 7 * DAY, 30 * DAY)}
    for instant in tried:
        if now <= instant < end:
            assert rule.holds(view, instant) is expected, (id_, from_epoch_ms(instant))


@EXAMPLES
@given(rule=oracle.organisation_rules(), now=NOWS)
async def test_about_organisations(graph: Graph, world: World, rule: Rule, now: int) -> None:
    await check(graph, world, "organisation", rule, now)


@EXAMPLES
@given(rule=oracle.person_rules(), now=NOWS)
async def test_about_people(graph: Graph, world: World, rule: Rule, now: int) -> None:
    await check(graph, world, "person", rule, now)


@EXAMPLES
@given(rule=oracle.membership_rules(), now=NOWS)
async def test_about_memberships(graph: Graph, world: World, rule: Rule, now: int) -> None:
    await check(graph, world, "membership", rule, now)


@EXAMPLES
@given(
    rule=st.one_of(
        oracle.times("", "organisation", "renewal", is_date=True),
        oracle.times("", "organisation", "trial_at", is_date=False),
    ),
    now=NOWS,
)
async def test_the_flip_of_one_clause_is_exact_c5(graph: Graph, world: World, rule: Rule, now: int) -> None:
    _, rows = await asked(graph, rule.text, "organisation", now)
    for id_, view in views(world, "organisation").items():
        flip = rows[id_]["flip"]
        check_flip(rule, view, now, flip, id_)
        if flip is not None:
            assert rule.holds(view, flip) is not rule.holds(view, now), id_


async def test_a_membership_to_come_flips_when_it_begins_t3(graph: Graph, world: World) -> None:
    begins = NOW + timedelta(days=3)
    text = "any member (membership.level = 'coming')"
    await graph.write(
        lambda tx: tx.execute(
            "MATCH (o:Organisation {id: 'o0'}) CREATE (p:Person {id: 'new'})-[:HAS_MEMBERSHIP]->"
            "(m:Membership {id: 'new', level: 'coming', since: datetime({epochMillis: $since})})-[:IN_ORGANISATION]->(o)",
            {"since": epoch_ms(begins)},
        )
    )
    _, rows = await asked(graph, text, "organisation", epoch_ms(NOW))
    assert rows["o0"]["holds"] is False
    assert rows["o0"]["flip"] <= epoch_ms(begins)
    _, rows = await asked(graph, text, "organisation", epoch_ms(begins))
    assert rows["o0"]["holds"] is True
