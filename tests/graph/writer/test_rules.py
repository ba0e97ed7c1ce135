"""Rules of facts in the graph, each with a case of its own (F5, F8, F11, I3, M5, M6, E1–E4, T2)."""

from __future__ import annotations

from typing import Any

import pytest

from graph.engine import Graph
from graph.schema.doctor import check
from graph.writer import Writer
from tests.graph.writer.company import event, membership, organisation, person

ANN, ACME, BETA = "user_id:ann", "organisation_id:acme", "organisation_id:beta"


async def _all(graph: Graph, statement: str) -> list[Any]:
    return [
        tuple(row.values()) if len(row) > 1 else next(iter(row.values())) for row in await graph.query(statement, {})
    ]


_WHERE = """
MATCH (owner)-[:PERFORMED|RECORDED]->(e:Event)
OPTIONAL MATCH (owner)-[:IN_ORGANISATION]->(o:Organisation)-[:IDENTIFIED_BY]->(i:Identity)
RETURN e.name AS name, i.value AS organisation, e.attribution AS attribution ORDER BY name
"""


async def test_MB01_the_second_organisation_does_not_overwrite_the_first(graph: Graph, writer: Writer) -> None:
    rows = [membership(ANN, f"organisation_id:{n}", role=f"role {n}") for n in range(1, 6)]
    assert (await writer.submit(rows)).created == 5
    assert (await writer.submit(rows)).unchanged == 5
    found = await _all(
        graph, "MATCH (:Person)-[:HAS_MEMBERSHIP]->(m)-[:IN_ORGANISATION]->() RETURN m.role AS role ORDER BY role"
    )
    assert found == [f"role {n}" for n in range(1, 6)]


async def test_E1_an_event_belongs_to_the_one_organisation_of_that_day_and_to_none_of_several(
    graph: Graph, writer: Writer
) -> None:
    await writer.submit([
        membership(ANN, ACME, since="2026-01-01", until="2026-06-01"),
        membership(ANN, BETA, since="2026-05-01"),
        event("a in acme", "2026-02-01", ANN),
        event("b in both", "2026-05-15", ANN),
        event("c in beta", "2026-07-01", ANN),
        event("d before both", "2025-07-01", ANN),
        event("e said so", "2026-07-01", ANN, ACME),
    ])  # fmt: skip
    assert await _all(graph, _WHERE) == [
        ("a in acme", "acme", "inferred"),
        ("b in both", None, "unattributed"),
        ("c in beta", "beta", "inferred"),
        ("d before both", None, "unattributed"),
        ("e said so", "acme", "explicit"),
    ]


async def test_E2_events_move_when_memberships_become_known_and_counters_with_them(
    graph: Graph, writer: Writer
) -> None:
    await writer.submit([event("Login", "2026-02-01", ANN), event("Login", "2026-07-01", ANN)])
    await writer.submit([membership(ANN, ACME, since="2026-01-01")])
    assert [row[1] for row in await _all(graph, _WHERE)] == ["acme", "acme"]
    await writer.submit([membership(ANN, BETA, since="2026-06-01")])
    assert sorted(str(row[1]) for row in await _all(graph, _WHERE)) == ["None", "acme"]
    assert await check(graph) == []


async def test_M5_seen_acting_is_a_membership_until_a_real_one_is_told(graph: Graph, writer: Writer) -> None:
    await writer.submit([event("Login", "2026-02-03", ANN, ACME), event("Login", "2026-02-01", ANN, ACME)])
    origin = "MATCH (m:Membership) RETURN m.origin AS origin, toString(date(m.since)) AS since"
    assert await _all(graph, origin) == [("activity", "2026-02-01")]
    await writer.submit([membership(ANN, ACME, since="2026-03-01", source="crm")])
    assert await _all(graph, origin) == [("crm", "2026-03-01")]
    assert await _all(graph, "MATCH (m:Membership)-[:PERFORMED]->(e) RETURN count(e) AS n") == [2]
    assert await check(graph) == []


async def test_M6_at_most_one_membership_of_a_person_is_primary(graph: Graph, writer: Writer) -> None:
    await writer.submit([
        membership(ANN, ACME, primary=True, observedAt="2026-01-01"),
        membership(ANN, BETA, primary=True, observedAt="2026-02-01"),
    ])  # fmt: skip
    primary = (
        "MATCH (m:Membership {primary: true})-[:IN_ORGANISATION]->()-[:IDENTIFIED_BY]->(i) RETURN i.value AS value"
    )
    assert await _all(graph, primary) == ["beta"]


async def test_MB04_roles_of_several_sources_are_kept_beside_each_other(graph: Graph, writer: Writer) -> None:
    await writer.submit(
        [membership(ANN, ACME, roles=["buyer"], source="crm"), membership(ANN, ACME, role="admin", source="app")]
    )
    assert await _all(graph, "MATCH (m:Membership) RETURN m.roles AS roles") == [["admin", "buyer"]]
    await writer.set_precedence("membership", "role", ["crm", "app"])
    assert await _all(graph, "MATCH (m:Membership) RETURN m.role AS role, m.roles AS roles") == [
        ("buyer", ["buyer", "admin"])
    ]


async def test_F5_types_only_widen_and_stored_values_are_read_again(graph: Graph, writer: Writer) -> None:
    for number, value in enumerate([1, 2.5, "many"], start=1):
        await writer.submit([person(f"user_id:{number}", attributes={"seats": value})])
    assert await _all(graph, "MATCH (p:Person) RETURN p.seats AS seats ORDER BY p.email, seats") == ["1", "2.5", "many"]
    assert await _all(graph, "MATCH (d:AttributeDefinition) RETURN d.type AS type") == ["text"]


async def test_F5_event_properties_widen_too(graph: Graph, writer: Writer) -> None:
    await writer.submit([event("Paid", "2026-01-01", ANN, properties={"amount": 1})])
    await writer.submit([event("Paid", "2026-01-02", ANN, properties={"amount": 2.5})])
    assert await _all(graph, "MATCH (e:Event) RETURN e.amount AS amount ORDER BY amount") == [1.0, 2.5]


async def test_F4_the_ranking_source_wins_then_the_newest_and_null_removes_only_ones_own(
    graph: Graph, writer: Writer
) -> None:
    say = lambda source, day, value: person(ANN, source=source, observedAt=day, attributes={"plan": value})  # noqa: E731
    plan = "MATCH (p:Person) RETURN p.plan AS plan"
    await writer.submit([say("crm", "2026-01-02", "pro"), say("app", "2026-01-01", "free")])
    assert await _all(graph, plan) == ["pro"]
    await writer.submit([say("hand", "2025-01-01", "gold")])
    assert await _all(graph, plan) == ["gold"]
    await writer.submit([say("hand", "2025-01-02", None)])
    assert await _all(graph, plan) == ["pro"]
    await writer.submit([say("crm", "2026-01-03", None)])
    assert await _all(graph, plan) == ["free"]


async def test_F8_first_seen_is_the_earliest_word_and_never_the_time_of_loading(graph: Graph, writer: Writer) -> None:
    first = "MATCH (p:Person) RETURN toString(date(p.firstSeenAt)) AS day"
    await writer.submit([person(ANN)])
    assert await _all(graph, first) == [None]
    await writer.submit([event("Login", "2026-05-01", ANN)])
    assert await _all(graph, first) == ["2026-05-01"]
    await writer.submit(
        [person(ANN, firstSeenAt="2026-03-01", source="crm"), membership(ANN, ACME, since="2026-04-01")]
    )
    assert await _all(graph, first) == ["2026-03-01"]


async def test_F11_the_oldest_statement_of_a_cycle_is_suppressed_and_shown(graph: Graph, writer: Writer) -> None:
    def part(child: str, of: str, day: str) -> dict[str, Any]:
        return organisation(f"organisation_id:{child}", parent={"kind": "organisation_id", "value": of}, observedAt=day)

    rows = [part("a", "b", "2026-01-01"), part("b", "c", "2026-01-02"), part("c", "a", "2026-01-03")]
    links = """MATCH (c:Organisation)-[:PART_OF]->(p:Organisation) MATCH (c)-[:IDENTIFIED_BY]->(i) MATCH (p)-[:IDENTIFIED_BY]->(j)
               RETURN i.value AS child, j.value AS parent ORDER BY child"""
    for order in (rows, rows[::-1]):
        for row in order:
            outcome = await writer.submit([row])
        assert await _all(graph, links) == [("b", "c"), ("c", "a")]
    assert await _all(graph, "MATCH (c:IdentityConflict) RETURN c.reason AS reason") == ["cycle"]
    assert [each.code for each in outcome.warnings] == ["CYCLE"]
    await writer.submit([part("c", "d", "2026-02-01")])
    assert await _all(graph, links) == [("a", "b"), ("b", "c"), ("c", "d")]
    assert await _all(graph, "MATCH (c:IdentityConflict) RETURN count(c) AS n") == [0]


@pytest.mark.parametrize("last", [0, 1, 2])
async def test_F11_a_cycle_is_found_by_whatever_its_organisations_are_called(
    graph: Graph, writer: Writer, last: int
) -> None:
    """Name children by their domains and parents by their ids. Whichever statement comes last, the oldest gives way."""
    called = [organisation(f"organisation_id:{n}", f"domain:{n}.test") for n in "abc"]
    statements = [
        organisation(
            f"domain:{child}.test", parent={"kind": "organisation_id", "value": of}, observedAt=f"2026-01-0{day}"
        )
        for child, of, day in (("a", "b", 1), ("b", "c", 2), ("c", "a", 3))
    ]
    for row in [*called, *statements[:last], *statements[last + 1 :], statements[last]]:
        await writer.submit([row])
    links = "MATCH (c:Organisation)-[:PART_OF]->(p:Organisation) RETURN c.domain AS c, p.domain AS p ORDER BY c"
    assert await _all(graph, links) == [("b.test", "c.test"), ("c.test", "a.test")]
    assert await check(graph) == []


async def test_I3_a_kiosks_cookie_belongs_to_a_person_whom_no_count_includes(graph: Graph, writer: Writer) -> None:
    await writer.submit([person(f"user_id:{n}", "anonymous_id:kiosk") for n in range(1, 5)])
    await writer.submit([event("Visited", "2026-02-01", "anonymous_id:kiosk")])
    assert await _all(graph, "MATCH (p:Person) WHERE p.uncounted IS NULL RETURN count(p) AS n") == [4]
    shared = "MATCH (p:Person {shared: true})-[:PERFORMED]->(e:Event) RETURN e.name AS name"
    assert await _all(graph, shared) == ["Visited"]
    assert await check(graph) == []


async def test_ID05_what_an_anonymous_visitor_did_becomes_the_persons_at_login(graph: Graph, writer: Writer) -> None:
    await writer.submit([event("Visited", "2026-02-01", "anonymous_id:k"), membership(ANN, ACME, since="2026-01-01")])
    await writer.submit([person(ANN, "anonymous_id:k")])
    assert await _all(graph, _WHERE) == [("Visited", "acme", "inferred")]
    assert await check(graph) == []


async def test_F6_the_same_event_id_with_other_content_is_refused_and_the_first_stays(
    graph: Graph, writer: Writer
) -> None:
    first, other = event("Login", "2026-02-01", ANN, id="1"), event("Logout", "2026-02-01", ANN, id="1")
    outcome = await writer.submit([first, first, other])
    assert (outcome.created, outcome.unchanged, [r.code for r in outcome.rejected]) == (1, 1, ["OTHER_CONTENT"])
    assert outcome.ids[2] is None
    assert await _all(graph, "MATCH (e:Event) RETURN e.name AS name") == ["Login"]


async def test_T2_every_organisation_of_a_person_is_stale_when_something_about_them_changes(
    graph: Graph, writer: Writer
) -> None:
    await writer.submit([membership(ANN, ACME), membership(ANN, BETA)])
    await graph.command("MATCH (o:Organisation) SET o.staleSince = null")
    await writer.submit([event("Login", "2026-11-21", ANN, ACME)])
    assert await _all(graph, "MATCH (o:Organisation) WHERE o.staleSince IS NULL RETURN count(o) AS n") == [0]


async def test_an_identity_is_a_persons_or_an_organisations_but_not_both(writer: Writer) -> None:
    await writer.submit([organisation("crm:7")])
    outcome = await writer.submit([person("crm:7"), person(ANN)])
    assert [each.code for each in outcome.rejected] == ["OTHER_ENTITY"]
    assert outcome.created == 1


async def test_unicode_and_quotes_in_every_place_are_kept_as_they_are(graph: Graph, writer: Writer) -> None:
    name = 'Zoë "O\'Brien" 李 🦉 `x` $y {z}'
    await writer.submit([
        person("user_id:ü`1", name=name, attributes={"Größe (cm)": name}),
        event(name, "2026-01-01", "user_id:ü`1", f"organisation_id:{name}", properties={name: name}),
    ])  # fmt: skip
    assert await _all(graph, "MATCH (p:Person) RETURN p.name AS name") == [name]
    assert await _all(graph, "MATCH (e:Event) RETURN e.name AS name") == [name]
    assert await check(graph) == []


async def test_an_empty_batch_is_answered_with_nothing(writer: Writer) -> None:
    outcome = await writer.submit([])
    assert (outcome.created, outcome.ids) == (0, [])


async def test_F8_a_beginning_that_its_source_takes_back_is_no_beginning(graph: Graph, writer: Writer) -> None:
    for observed, began in (("2026-09-24", "2026-11-03"), ("2026-11-22", "2026-11-10")):
        beginning = {"source": "crm", "observedAt": observed, "firstSeenAt": began}
        await writer.submit([organisation(ACME, **beginning), person(ANN, **beginning)])
    found = await _all(graph, "MATCH (n:Organisation|Person) RETURN toString(date(n.firstSeenAt)) AS began")
    assert found == ["2026-11-10", "2026-11-10"]


async def test_M5_a_merged_membership_by_activity_begins_with_the_earlier_of_both(graph: Graph, writer: Writer) -> None:
    await writer.submit([event("Login", "2026-03-05T09:00:00Z", ANN, ACME)])
    await writer.submit([event("Login", "2026-03-01T09:00:00Z", "anonymous_id:k", ACME)])
    await writer.submit([person(ANN, "anonymous_id:k")])
    begun = "MATCH (m:Membership) RETURN toString(m.since) AS since"
    assert [each[:10] for each in await _all(graph, begun)] == ["2026-03-01"]
    assert await check(graph) == []
