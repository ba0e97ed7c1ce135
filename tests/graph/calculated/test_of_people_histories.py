"""Any history of facts and moments: what is stored of people, memberships and organisations is what asking now gives, everywhere."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.attributes.catalogue import Catalogue, load_catalogue
from graph.attributes.rounding import rounded
from graph.calculated.definition import Calculated, Holder, Rule
from graph.clock import FixedClock, epoch_ms
from graph.computed import define_roll_up
from graph.computed.calculated import define_calculated
from graph.criteria import ParameterBag, compile_predicate, parse
from graph.engine import Graph
from graph.journey.definitions.definition import ExitRule, Stage
from graph.rollups import RollUp, StoredRollUp, Traversals, aggregate
from graph.schema.migrations import migrate
from graph.writer import Writer, open_writer
from tests.engines.wiping import wipe
from tests.graph.journey.company import START, Company

ROLL_UPS = (
    StoredRollUp("logins", RollUp("COUNT", "EVENTS", event_name="Login", window_days=3), "person"),
    StoredRollUp(
        "logins_before", RollUp("COUNT", "EVENTS", event_name="Login", window_days=3, end_days_ago=3), "person"
    ),
    StoredRollUp("channel", RollUp("MOST_FREQUENT", "EVENTS", "channel"), "person"),
    StoredRollUp("there", RollUp("COUNT", "EVENTS", window_days=2), "membership"),
)
OVER_THOSE = (
    StoredRollUp("warmth", RollUp("AVERAGE", attribute="membership.fit")),
    StoredRollUp("lively_people", RollUp("COUNT", where="person.twice >= 50")),
)
SCORES: tuple[Calculated, ...] = (
    Calculated(
        "lively",
        score=(
            Rule("often", 2, "logins_delta > 0 or logins >= 2"),
            Rule("new", 1, "trial_at within last 3 days"),
            Rule("called", 1, "did 'Call' within last 2 days"),
            Rule("web", 1, "channel = 'web' and any organisation (arr >= 10)"),
        ),
        entity="person",
    ),
    Calculated(
        "fit",
        score=(
            Rule("lively", 2, "person.lively >= 40"),
            Rule("acts", 1, "there >= 1"),
            Rule("leads", 1, "role = 'admin' and organisation.arr >= 10"),
            Rule("elsewhere", 1, "no organisation (arr >= 99)"),
        ),
        entity="membership",
    ),
    Calculated("health", score=(Rule("fit", 1, "any member (fit >= 50)"), Rule("warm", 1, "warmth > 30 and lively_people >= 1"))),
    Calculated(
        "belonging",
        score=(
            Rule("well", 1, "any organisation (health >= 50)"),
            Rule("fits", 1, "all organisations (membership.fit >= 20)"),
            Rule("inside", 1, "in organisation (currently_member_of_warm_stage = true)"),
        ),
        entity="person",
    ),
    Calculated(
        "pull",
        score=(Rule("both", 1, "belonging >= 30 and organisation.health >= 50"), Rule("acts", 1, "there >= 1")),
        entity="membership",
    ),
)  # fmt: skip
FORMULAS = {
    Calculated("logins_delta", "logins - logins_before", entity="person"): (
        "logins",
        "logins_before",
        lambda a, b: a - b,
    ),
    Calculated("twice", "lively * 2", entity="person"): ("lively", "lively", lambda a, b: a + b),
    Calculated("rest", "100 - pull", entity="membership"): ("pull", "pull", lambda a, _: 100 - a),
}
LABELS: dict[str, str] = {"person": "Person", "membership": "Membership", "organisation": "Organisation"}
WARM = Stage("warm", "customer", "Warm", "health >= 50", ExitRule("CRITERIA", criteria="health < 50"), status="DRAFT")

_people, _organisations = st.sampled_from("abc"), st.sampled_from("xyz")
_changes = st.one_of(
    st.tuples(st.just("join"), _people, _organisations, st.sampled_from(["admin", "user"]), st.integers(-4, 4)),
    st.tuples(st.just("leave"), _people, _organisations),
    st.tuples(st.just("person"), _people, st.integers(-4, 1)),
    st.tuples(st.just("organisation"), _organisations, st.sampled_from([5, 10, 99])),
    st.tuples(
        st.just("act"), _people, st.sampled_from(["Login", "Call"]), st.integers(0, 80), st.none() | _organisations
    ),
    st.tuples(
        st.just("act"), _people, st.sampled_from(["Login", "Call"]), st.integers(0, 80), st.none() | _organisations
    ),
    st.tuples(st.just("wait"), st.integers(1, 60)),
    st.tuples(st.just("merge"), _people, _people),
)


class History:
    """A graph that changes by facts through the writer."""

    def __init__(self, company: Company) -> None:
        self.company, self.clock, self.told = company, company.clock, 0

    async def begin(self) -> None:
        graph, clock = self.company.graph, self.clock
        for name in "xyz":
            await self.organisation(name, 10)
        for name in "abc":
            await self.person(name, 0)
        await self.act("a", "Login", 1, "x")
        for each in ROLL_UPS:
            await define_roll_up(graph, clock, each)
        await define_calculated(graph, clock, next(iter(FORMULAS)))
        for score in SCORES[:2]:
            await define_calculated(graph, clock, score)
        for formula in list(FORMULAS)[1:2]:
            await define_calculated(graph, clock, formula)
        for each in OVER_THOSE:
            await define_roll_up(graph, clock, each)
        await define_calculated(graph, clock, SCORES[2])
        await self.company.live(WARM)
        for score in SCORES[3:]:
            await define_calculated(graph, clock, score)
        for formula in list(FORMULAS)[2:]:
            await define_calculated(graph, clock, formula)

    async def submit(self, **row: Any) -> None:
        at = {} if row["type"] == "event" else {"observedAt": self.clock.now().isoformat()}
        assert not (await self.company.writer.submit([{**row, **at}])).rejected

    async def join(self, person: str, organisation: str, role: str, since: int) -> None:
        begins = (self.clock.now() + timedelta(days=since)).isoformat()
        pair = {"person": who("user_id", person), "organisation": who("organisation_id", organisation)}
        await self.submit(type="membership", **pair, role=role, since=begins, source=f"s{self.told % 2}")

    async def leave(self, person: str, organisation: str) -> None:
        pair = {"person": who("user_id", person), "organisation": who("organisation_id", organisation)}
        await self.submit(type="end_membership", **pair, until=self.clock.now().isoformat())

    async def person(self, name: str, trial: int) -> None:
        trial_at = (self.clock.now() + timedelta(days=trial)).isoformat()
        await self.submit(
            type="person", identities=[{"kind": "user_id", "value": name}], attributes={"trial_at": trial_at}
        )

    async def organisation(self, name: str, arr: int) -> None:
        await self.submit(
            type="organisation", identities=[{"kind": "organisation_id", "value": name}], attributes={"arr": arr}
        )

    async def act(self, person: str, name: str, hours: int, organisation: str | None) -> None:
        self.told += 1
        at = (self.clock.now() - timedelta(hours=hours)).isoformat()
        there = {"organisation": who("organisation_id", organisation)} if organisation else {}
        properties = {"channel": ("web", "app")[self.told % 2]}
        await self.submit(
            type="event",
            id=str(self.told),
            name=name,
            occurredAt=at,
            person=who("user_id", person),
            **there,
            properties=properties,
        )

    async def wait(self, hours: int) -> None:
        self.clock.advance(timedelta(hours=hours))

    async def merge(self, one: str, other: str) -> None:
        rows = await self.company.graph.query(_IDS, {"keys": [f"user_id:{one}", f"user_id:{other}"]})
        ids = [row["id"] for row in rows]
        if len(set(ids)) == 2:
            await self.company.writer.merge("person", *ids)


_IDS = "UNWIND $keys AS key MATCH (p:Person)-[:IDENTIFIED_BY]->(:Identity {key: key}) RETURN p.id AS id"


def who(kind: str, value: str) -> dict[str, Any]:
    return {"identity": {"kind": kind, "value": value}}


async def asked(graph: Graph, clock: FixedClock) -> dict[str, dict[str, Any]]:
    """By node, what everything stored is worth when it is asked for now, from what is stored beside it."""
    catalogue = await load_catalogue(graph)
    found: dict[str, dict[str, Any]] = {}
    for entity, label in LABELS.items():
        bag, traversals = ParameterBag(), Traversals()
        columns = [*_roll_up_columns(entity, catalogue, bag, traversals), *_score_columns(entity, catalogue, bag)]
        text = (
            f"MATCH (n:{label}) WHERE n.uncounted IS NULL {' '.join(traversals.calls)} "
            f"RETURN n.id AS id, properties(n) AS p, [{', '.join(columns)}] AS found"
        )
        for row in await graph.query(text, {**bag.values, "now": epoch_ms(clock.now())}):
            worth = iter(row["found"])
            rolled_up = {each.property: next(worth) for each in (*ROLL_UPS, *OVER_THOSE) if each.entity == entity}
            scores = {each.property: share(each, next(worth)) for each in SCORES if each.entity == entity}
            formulas = {
                each.property: how(float(row["p"][left]), float(row["p"][right]))
                for each, (left, right, how) in FORMULAS.items()
                if each.entity == entity
            }
            computed = {**rolled_up, **scores, **formulas}
            found[row["id"]] = {name: rounded(value) for name, value in computed.items()}
    return found


def _roll_up_columns(entity: str, catalogue: Catalogue, bag: ParameterBag, traversals: Traversals) -> list[str]:
    chosen = [each.roll_up for each in (*ROLL_UPS, *OVER_THOSE) if each.entity == entity]
    return [aggregate(each, "n", entity, catalogue, bag, traversals) for each in chosen]  # type: ignore[arg-type]


def _score_columns(entity: Holder | str, catalogue: Catalogue, bag: ParameterBag) -> list[str]:
    lists = []
    for each in SCORES:
        if each.entity == entity:
            rules = [parse(rule.criterion, subject=each.entity, catalogue=catalogue) for rule in each.score]
            lists.append(f"[{', '.join(compile_predicate(rule, 'n', bag) for rule in rules)}]")
    return lists


def share(score: Calculated, holds: list[bool]) -> float:
    weights = [each.weight for each in score.score]
    return 100 * sum(weight for weight, one in zip(weights, holds, strict=True) if one) / sum(weights)


async def stored(graph: Graph) -> dict[str, dict[str, Any]]:
    found = {}
    for entity, label in LABELS.items():
        names = [each.property for each in (*ROLL_UPS, *OVER_THOSE, *SCORES, *FORMULAS) if each.entity == entity]
        for row in await graph.query(
            f"MATCH (n:{label}) WHERE n.uncounted IS NULL RETURN n.id AS id, properties(n) AS p", {}
        ):
            found[row["id"]] = {name: row["p"].get(name) for name in names}
    return found


async def run(graph: Graph, writer: Writer, clock: FixedClock, changes: list[Any], every: int) -> None:
    company = Company(graph, writer, clock)
    history = History(company)
    await history.begin()
    await company.evaluator.evaluate_stale()
    for i, (kind, *what) in enumerate(changes):
        await getattr(history, kind)(*what)
        if i % every == 0:
            await company.evaluator.evaluate_stale()
    await company.evaluator.evaluate_stale()
    incremental = await stored(graph)
    assert incremental == await asked(graph, clock)
    stays = await company.stays("organisation", "n", "entered", "exited")
    await company.evaluator.evaluate_all()
    assert await stored(graph) == incremental
    assert await company.stays("organisation", "n", "entered", "exited") == stays


@pytest.mark.plans
@settings(
    max_examples=60 if os.environ.get("MEMBERGRAPH_LONG") == "1" else 6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(changes=st.lists(_changes, min_size=6, max_size=14), every=st.integers(1, 4))
async def test_incremental_is_full_is_what_asking_gives_of_everyone(
    graph: Graph, changes: list[Any], every: int
) -> None:
    await wipe(graph)
    clock = FixedClock(START)
    await migrate(graph, clock)
    writer = await open_writer(graph, clock)
    try:
        await run(graph, writer, clock, changes, every)
    finally:
        await writer.close()
