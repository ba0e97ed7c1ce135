"""Calculated attributes and roll-ups of people and memberships in the graph: kept right wherever they belong, on both engines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from graph.calculated.definition import Calculated, Holder, Rule
from graph.clock import epoch_ms
from graph.computed import define_roll_up
from graph.computed.calculated import define_calculated, remove_attribute
from graph.computed.scores import score_parts
from graph.computed.uses import attribute_uses
from graph.engine import Graph
from graph.errors import UserMistake
from graph.evaluation import Evaluator
from graph.journey.definitions.definition import ExitRule
from graph.rollups import RollUp, StoredRollUp
from tests.graph.journey.company import START, Company, stage

DAY = 86_400_000


class People:
    """Facts about people, and what is worked out for them."""

    def __init__(self, company: Company) -> None:
        self.company, self.graph, self.writer = company, company.graph, company.writer

    async def person(self, name: str, **attributes: Any) -> str:
        at = self.company.clock.now().isoformat()
        row = {
            "type": "person",
            "identities": [identity("user_id", name)],
            "name": name,
            "attributes": attributes,
            "observedAt": at,
        }
        return str((await self.writer.submit([row])).ids[0])

    async def joins(self, name: str, organisation: str, **more: Any) -> None:
        pair = {"person": who("user_id", name), "organisation": who("organisation_id", organisation)}
        at = self.company.clock.now().isoformat()
        assert not (await self.writer.submit([{"type": "membership", **pair, "observedAt": at, **more}])).rejected

    async def did(
        self, name: str, event: str, organisation: str | None = None, *, hours: float = 0, **properties: Any
    ) -> None:
        at = (self.company.clock.now() - timedelta(hours=hours)).isoformat()
        there = {"organisation": who("organisation_id", organisation)} if organisation else {}
        row = {
            "type": "event",
            "name": event,
            "occurredAt": at,
            "person": who("user_id", name),
            **there,
            "properties": properties,
        }
        assert not (await self.writer.submit([row])).rejected

    async def score(self, name: str, entity: Holder, *criteria: str) -> None:
        rules = tuple(Rule(each, 1, each) for each in criteria)
        await define_calculated(self.graph, self.company.clock, Calculated(name, score=rules, entity=entity))

    async def evaluate(self) -> int:
        return await self.company.evaluator.evaluate_stale()

    async def has(self, name: str, *names: str) -> list[Any]:
        rows = await self.graph.query("MATCH (p:Person {name: $name}) RETURN properties(p) AS p", {"name": name})
        return [rows[0]["p"].get(each) for each in names]

    async def there(self, *names: str) -> dict[tuple[str, str], list[Any]]:
        rows = await self.graph.query(_THERE, {})
        return {(row["person"], row["organisation"]): [row["m"].get(each) for each in names] for row in rows}


_THERE = """MATCH (p:Person)-[:HAS_MEMBERSHIP]->(m:Membership)-[:IN_ORGANISATION]->(o:Organisation)
RETURN p.name AS person, o.name AS organisation, properties(m) AS m"""


def identity(kind: str, value: str) -> dict[str, str]:
    return {"kind": kind, "value": value}


def who(kind: str, value: str) -> dict[str, Any]:
    return {"identity": identity(kind, value)}


@pytest.fixture
def people(company: Company) -> People:
    return People(company)


async def waiting(graph: Graph) -> list[Any]:
    rows = await graph.query(
        "MATCH (p:Person) RETURN p.name AS name, p.staleSince IS NOT NULL AS stale, p.dueAt.epochMillis AS due", {}
    )
    return sorted((row["name"], row["stale"], row["due"]) for row in rows)


async def test_T2_who_belongs_nowhere_is_right_after_facts_and_when_time_changes_them(people: People) -> None:
    await people.person("ann", plan="pro")
    assert await waiting(people.graph) == [("ann", False, None)]  # nothing is worked out for people: nobody waits
    await define_roll_up(
        people.graph, people.company.clock, StoredRollUp("logins", RollUp("COUNT", "EVENTS", window_days=2), "person")
    )
    await people.score("lively", "person", "plan = 'pro'", "logins >= 1", "did 'Call' within last 3 days")
    await people.evaluate()
    assert await people.has("ann", "logins", "lively") == [0, pytest.approx(100 / 3)]
    await people.did("ann", "Call")
    await people.evaluate()
    assert await people.has("ann", "logins", "lively") == [1, 100]
    # Of a due instant, and nothing else: noon is two midnights before the second one.
    assert await waiting(people.graph) == [("ann", False, epoch_ms(START) + 3 * DAY // 2)]
    await people.company.after(days=2)
    assert await people.has("ann", "logins", "lively") == [0, pytest.approx(200 / 3)]
    await people.person("ann", plan="free")
    await people.company.after(days=20)
    assert await people.has("ann", "logins", "lively") == [0, 0]
    assert await waiting(people.graph) == [("ann", False, None)]


async def test_T2_who_joins_is_left_to_their_organisation_and_who_is_left_without_any_is_not_forgotten(
    people: People,
) -> None:
    await people.company.organisation("acme", plan="pro")
    await people.score("lively", "person", "did 'Call' within last 3 days", "any organisation (plan = 'pro')")
    await people.person("ann")
    await people.did("ann", "Call")
    await people.evaluate()
    assert await people.has("ann", "lively") == [50]
    await people.joins("ann", "acme")
    await people.evaluate()
    assert await people.has("ann", "lively") == [100]
    await people.company.after(days=4)
    await people.company.organisation("acme", plan="free")
    await people.evaluate()
    assert await people.has("ann", "lively") == [0]
    assert [due for _, _, due in await waiting(people.graph)] == [None]


async def test_T2_what_someone_does_in_one_organisation_moves_another_of_theirs(people: People) -> None:
    for each in ("acme", "bolt"):
        await people.company.organisation(each)
        await people.joins("ann", each)
    await people.person("ann")
    await people.score("lively", "person", "did 'Call' at least 2 times")
    await people.company.live(stage(entry="any member (lively >= 50)"))
    await people.did("ann", "Call", "acme")
    await people.did("ann", "Call", "acme", hours=1)
    await people.evaluate()
    assert await people.company.stays("organisation", "entered") == [
        ("acme", epoch_ms(START)),
        ("bolt", epoch_ms(START)),
    ]
    assert await people.evaluate() == 0


async def test_T4_an_instant_at_which_a_person_changes_is_taken_by_each_of_their_organisations_also_after_a_pause(
    people: People,
) -> None:
    for each in ("acme", "bolt"):
        await people.company.organisation(each)
        await people.joins("ann", each)
    await people.person("ann")
    await people.did("ann", "Login", hours=2)
    await people.did("ann", "Login")
    await people.score("calm", "person", "did 'Login' within last 9 days and did not do 'Call' before 2 days ago")
    await people.company.live(stage(entry="no member (calm > 0)"))
    assert await people.company.stays("organisation") == []
    # Acme alone is touched, and nothing changes yet; but time will change it sooner than Bolt knew.
    await people.did("ann", "Call", "acme", hours=1)
    assert await people.evaluate() == 1
    await people.company.after(days=30)
    third = epoch_ms(START) + 5 * DAY // 2  # the midnight at which the day of the call is longer ago than two days
    assert await people.company.stays("organisation", "entered") == [("acme", third), ("bolt", third)]


async def test_J2_memberships_come_before_organisations_and_what_reads_those_after_them_in_one_step(
    people: People,
) -> None:
    await people.company.organisation("acme", arr=100)
    await people.company.organisation("bolt", arr=1)
    await people.person("ann", seats=4)
    await define_roll_up(
        people.graph,
        people.company.clock,
        StoredRollUp("calls", RollUp("COUNT", "EVENTS", event_name="Call"), "membership"),
    )
    await people.joins("ann", "acme", role="admin", attributes={"hours": 3})
    await people.joins("ann", "bolt", attributes={"hours": 1})
    await define_calculated(
        people.graph, people.company.clock, Calculated("weight", "hours * person.seats + calls", entity="membership")
    )
    await people.score("fit", "membership", "weight >= 12", "organisation.arr >= 50", "role = 'admin'")
    await define_roll_up(
        people.graph, people.company.clock, StoredRollUp("best", RollUp("MAX", attribute="membership.fit"))
    )
    await people.score("health", "organisation", "best = 100")
    await define_calculated(
        people.graph, people.company.clock, Calculated("share", "organisation.health / 2 - weight", entity="membership")
    )
    await people.evaluate()
    assert await people.there("weight", "fit", "share") == {("ann", "acme"): [12, 100, 38], ("ann", "bolt"): [4, 0, -4]}
    await people.did("ann", "Call", "bolt")
    await people.evaluate()
    assert await people.there("weight", "fit", "share") == {("ann", "acme"): [12, 100, 38], ("ann", "bolt"): [5, 0, -5]}
    await people.company.after(minutes=1)
    await people.person("ann", seats=3)
    assert await people.evaluate() == 2
    assert (await people.there("weight", "fit", "share"))["ann", "acme"] == [9, pytest.approx(200 / 3), -9]
    assert await Evaluator(people.graph, people.company.clock).evaluate_stale() == 0


async def test_stages_are_read_by_people_and_memberships_after_they_have_moved(people: People) -> None:
    await people.company.organisation("acme", plan="free")
    await people.person("ann")
    await people.joins("ann", "acme")
    await people.company.live(stage())
    await people.score("served", "person", "any organisation (currently_member_of_onboarding_stage = true)")
    await people.score("here", "membership", "organisation.last_entered_onboarding_stage has any value")
    await people.evaluate()
    assert [await people.has("ann", "served"), await people.there("here")] == [[0], {("ann", "acme"): [0]}]
    await people.company.after(minutes=1)
    await people.company.organisation("acme", plan="pro")
    await people.evaluate()
    assert [await people.has("ann", "served"), await people.there("here")] == [[100], {("ann", "acme"): [100]}]


async def test_I4_who_was_merged_is_worked_out_as_one_and_apart_again_as_two(people: People) -> None:
    await people.company.organisation("acme", plan="pro")
    await people.score("busy", "person", "did 'Call' at least 2 times", "any organisation (plan = 'pro')")
    ann, eve = await people.person("ann"), await people.person("eve")
    await people.joins("ann", "acme")
    for name in ("ann", "eve"):
        await people.did(name, "Call")
    await people.evaluate()
    assert [await people.has("ann", "busy"), await people.has("eve", "busy")] == [[50], [0]]
    await people.writer.merge("person", ann, eve)
    await people.evaluate()
    rows = await people.graph.query("MATCH (p:Person) WHERE p.uncounted IS NULL RETURN p.id AS id, p.busy AS busy", {})
    assert [(row["id"], row["busy"]) for row in rows] == [(ann, 100)]
    await people.writer.unmerge("person", ann, eve)
    await people.evaluate()
    rows = await people.graph.query("MATCH (p:Person) RETURN p.id AS id, p.busy AS busy", {})
    assert {row["id"]: row["busy"] for row in rows} == {ann: 50, eve: 0}


async def test_I8_nothing_is_worked_out_for_who_was_erased(people: People) -> None:
    await people.score("x", "person", "not did 'Call'")
    await people.score("y", "membership", "not did 'Call'")
    await people.company.organisation("acme")
    ann, eve = await people.person("ann"), await people.person("eve")
    await people.joins("ann", "acme")
    await people.evaluate()
    for each in (ann, eve):
        await people.writer.erase_person(each)
    await people.company.evaluator.evaluate_all()
    rows = await people.graph.query(
        "MATCH (p:Person) OPTIONAL MATCH (p)-[:HAS_MEMBERSHIP]->(m) RETURN p.x AS x, m.y AS y, p.staleSince AS s", {}
    )
    assert [tuple(row.values()) for row in rows] == [(None, None, None)] * 2


async def test_AT_20_one_of_people_in_use_is_kept_and_one_removed_is_gone(people: People) -> None:
    graph, clock = people.graph, people.company.clock
    ann = await people.person("ann", seats=2)
    await people.company.organisation("acme")
    await people.joins("ann", "acme", role="admin")
    await define_calculated(graph, clock, Calculated("double", "seats * 2", entity="person"))
    await people.score("fit", "membership", "person.double > 3", "role = 'owner'")
    await people.evaluate()
    assert [str(each) for each in await attribute_uses(graph, "person", "double")] == [
        "membership calculated attribute fit (rule person.double > 3)"
    ]
    with pytest.raises(UserMistake, match="membership calculated attribute fit") as caught:
        await remove_attribute(graph, clock, "person", "double")
    assert caught.value.code == "IN_USE"
    rows = await graph.query("MATCH (m:Membership) RETURN m.id AS id", {})
    parts = await score_parts(graph, clock, rows[0]["id"], "fit", "membership")
    assert [(each.rule.name, each.explanation.holds) for each in parts] == [
        ("person.double > 3", True),
        ("role = 'owner'", False),
    ]
    assert "is 4" in parts[0].explanation.text
    assert "is 'admin'" in parts[1].explanation.text
    await remove_attribute(graph, clock, "membership", "fit")
    await remove_attribute(graph, clock, "person", "double")
    assert [await people.has("ann", "double"), await people.there("fit")] == [[None], {("ann", "acme"): [None]}]
    with pytest.raises(UserMistake, match="There is no score 'fit' of a person"):
        await score_parts(graph, clock, ann, "fit", "person")


async def test_RU_08_an_organisations_attributes_serve_conditions_on_people_with_any_all_and_no(people: People) -> None:
    for name, arr in (("acme", 100), ("bolt", 1)):
        await people.company.organisation(name, arr=arr)
    for name, places in (("ann", ("acme", "bolt")), ("bob", ("bolt",)), ("eve", ())):
        await people.person(name)
        for each in places:
            await people.joins(name, each, primary=each == "bolt", source="crm")
    asked = {
        "some": "any organisation (arr >= 50)",
        "every": "all organisations (arr <= 50)",
        "none": "no organisation (arr >= 50)",
        "main": "any organisation (membership.primary = true and arr < 50)",
    }
    for name, criterion in asked.items():
        await people.score(name, "person", criterion)
    await people.evaluate()
    assert {name: await people.has(name, *asked) for name in ("ann", "bob", "eve")} == {
        "ann": [100, 0, 0, 100],
        "bob": [0, 100, 100, 100],
        "eve": [0, 0, 100, 0],
    }
    # Primary is one over all of a person's: telling of one membership changes another's (M6).
    await people.joins("ann", "acme", primary=True, source="hand")
    await people.score("chief", "membership", "primary = true")
    await people.evaluate()
    assert (await people.there("chief"))["ann", "bolt"] == [0]


async def test_stages_leave_by_what_is_calculated_of_members_at_its_instant(people: People) -> None:
    await people.company.organisation("acme")
    await people.person("ann")
    await people.joins("ann", "acme")
    await people.did("ann", "Call", "acme")
    await people.score("warm", "membership", "did 'Call' within last 3 days")
    exit_rule = ExitRule("CRITERIA", criteria="no member (membership.warm > 0)")
    await people.company.live(stage(entry="any member (membership.warm > 0)", exit=exit_rule))
    await people.company.after(days=30)
    assert await people.company.stays("entered", "exited") == [(epoch_ms(START), epoch_ms(START) + 5 * DAY // 2)]
