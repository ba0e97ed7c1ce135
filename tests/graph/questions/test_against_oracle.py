"""Every question gives the same answer on both engines as a plain reading of its words."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from graph.clock import FixedClock
from graph.engine import Graph
from graph.questions import answer, questions
from tests.graph.questions.oracle import Oracle
from tests.graph.questions.worlds import NOW, Happening, Spell, World, put, worlds

pytestmark = pytest.mark.grows

CLOCK = FixedClock(NOW)
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("accounts_activated", {"event": "X"}),
    ("accounts_activated", {"event": "X", "times": 2, "days": 2}),
    ("accounts_activated", {"event": "X", "organisation": "o1"}),
    ("which_accounts_activated", {"event": "X"}),
    ("which_accounts_activated", {"event": "X", "times": 2, "days": 3}),
    ("which_accounts_activated", {"event": "X", "organisation": "o2"}),
    ("average_users_of_active_accounts", {}),
    ("average_users_of_active_accounts", {"days": 1, "own_events": True}),
    ("average_users_of_active_accounts", {"organisation": "o1"}),
    ("accounts_with_users", {"at_least": 1}),
    ("accounts_with_users", {"at_least": 2}),
    ("accounts_with_users", {"at_least": 1, "role": "admin"}),
    ("accounts_with_users", {"at_least": 1, "event": "X", "days": 3}),
    ("accounts_with_users", {"at_least": 1, "organisation": "o1"}),
    ("which_accounts_with_users", {"at_least": 1}),
    ("which_accounts_with_users", {"at_least": 1, "days": 2, "organisation": "o2"}),
    ("unique_users", {"event": "X"}),
    ("unique_users", {"event": "X", "days": 2}),
    ("unique_users", {"event": "X", "organisation": "o1"}),
    ("which_users", {"event": "X"}),
    ("which_users", {"event": "X", "days": 2}),
    ("which_users", {"event": "X", "organisation": "o1"}),
    ("average_events_before_first", {"event": "X"}),
    ("average_events_before_first", {"event": "X", "per_organisation": True}),
    ("average_events_before_first", {"event": "X", "organisation": "o1"}),
    ("events_before_first", {"event": "X"}),
    ("events_before_first", {"event": "X", "within_days": 1}),
    ("events_before_first", {"event": "X", "per_organisation": True}),
    ("events_before_first", {"event": "X", "organisation": "o1"}),
    ("people_in_several_organisations", {}),
    ("people_in_several_organisations", {"role": "admin", "organisation": "o1"}),
    ("one_person_by_organisation", {"person": "p1"}),
    ("organisations_sharing_people", {}),
    ("organisations_sharing_people", {"at_least": 2, "organisation": "o2"}),
    ("different_roles", {"role": "admin", "other_role": "viewer"}),
    ("different_roles", {"role": "admin", "other_role": "viewer", "organisation": "o1"}),
]


def comparable(value: Any) -> Any:
    """Compare lists of names and of memberships as sets, and averages to nine places."""
    if isinstance(value, list | set):
        return sorted((comparable(one) for one in value), key=repr)
    if isinstance(value, dict):
        return {key: comparable(one) for key, one in value.items()}
    return round(value, 9) if isinstance(value, float) else value


async def compare(graph: Graph, world: World) -> None:
    await put(graph, world)
    oracle = Oracle(world)
    for name, parameters in ASKED:
        if not all(world.counted(parameters.get(key, "")) for key in ("organisation", "person")):
            continue
        table = await answer(graph, CLOCK, name, parameters)
        expected = getattr(oracle, name)(**parameters)
        assert rows(table.rows) == rows(expected), f"{name} {parameters}"


def rows(table: list[list[Any]]) -> list[Any]:
    return sorted(([comparable(value) for value in row] for row in table), key=repr)


@settings(
    max_examples=15 if os.environ.get("MEMBERGRAPH_LONG") == "1" else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=worlds())
async def test_any_world_gets_the_plain_answers(running_graph: Graph, world: World) -> None:
    await compare(running_graph, world)


def hand_made() -> World:
    """A world with special cases.

    Ada consults for two organisations. Ben left and came back. Cleo acts without an organisation, as a shared mailbox does.
    """
    spells = [
        Spell("m1", "ada", "acme", "admin", ("admin", "billing"), since=-100),
        Spell("m2", "ada", "globex", "viewer", ("viewer",), since=-50),
        Spell("m3", "ben", "acme", "member", ("member",), since=-90, until=-60),
        Spell("m4", "ben", "acme", "admin", ("admin",), since=-10),
        Spell("m5", "cleo", "globex", None, (), since=-5, until=-1),
        Spell("m6", "box", "acme", None, (), since=-5),
        Spell("m7", "dan", "initech", "admin", ("admin",), since=3),
    ]
    day = 24 * 60
    happenings = [
        Happening("m1", "Report Viewed", 8 * day),
        Happening("m1", "Project Created", 6 * day),
        Happening("m1", "Project Created", 5 * day),
        Happening("m2", "Report Viewed", 7 * day),
        Happening("m2", "Report Viewed", 6 * day + 1),
        Happening("m3", "Project Created", 70 * day),
        Happening("m4", "Report Viewed", 2 * day),
        Happening("cleo", "Project Created", 3 * day),
        Happening("m5", "Report Viewed", 4 * day),
        Happening("m6", "Project Created", day),
        Happening("initech", "Trial Started", 2 * day),
        Happening("initech", "Project Created", day),
    ]
    people = ["ada", "ben", "cleo", "box", "dan"]
    return World(people, ["acme", "globex", "initech"], spells, happenings, {"box": "shared"})


@pytest.fixture
async def small(graph: Graph) -> Graph:
    world = hand_made()
    ids = {
        name: f"{kind}-{name}" for kind, names in (("p", world.people), ("o", world.organisations)) for name in names
    }
    spells = [Spell(s.id, ids[s.person], ids[s.organisation], s.role, s.roles, s.since, s.until) for s in world.spells]
    happenings = [Happening(ids.get(h.owner, h.owner), h.name, h.minutes) for h in world.happenings]
    uncounted = {ids[name]: why for name, why in world.uncounted.items()}
    people, organisations = [ids[p] for p in world.people], [ids[o] for o in world.organisations]
    await put(graph, World(people, organisations, spells, happenings, uncounted))
    return graph


async def ask(graph: Graph, name: str, **parameters: Any) -> list[list[Any]]:
    return (await answer(graph, CLOCK, name, parameters)).rows


async def test_an_account_is_activated_by_its_members_together_or_by_itself(small: Graph) -> None:
    assert await ask(small, "accounts_activated", event="Project Created") == [[2, 3, pytest.approx(2 / 3)]]
    assert await ask(small, "accounts_activated", event="Project Created", times=4) == [[1, 3, pytest.approx(1 / 3)]]
    found = await ask(small, "which_accounts_activated", event="Project Created", times=2)
    assert found == [["o-acme", "Name o-acme", "2026-03-04T12:00:00Z", 4, 2]]


async def test_what_a_consultant_does_elsewhere_does_not_activate(small: Graph) -> None:
    found = await ask(small, "accounts_activated", event="Project Created", organisation="o-globex")
    assert found == [[0, 1, 0.0]]


async def test_average_counts_members_and_active_people_apart(small: Graph) -> None:
    assert await ask(small, "average_users_of_active_accounts", days=30) == [[2, 3, 1.5, 4, 2.0]]


async def test_people_count_once_over_accounts_and_once_in_each(small: Graph) -> None:
    assert await ask(small, "accounts_with_users", at_least=1) == [[2, 2, 3]]
    assert await ask(small, "which_accounts_with_users", at_least=2) == [["o-acme", "Name o-acme", "o-acme.example", 2]]
    assert await ask(small, "accounts_with_users", at_least=1, role="billing") == [[1, 1, 1]]


async def test_unique_users_here_and_anywhere(small: Graph) -> None:
    assert await ask(small, "unique_users", event="Project Created") == [[3, 2, 4]]
    assert await ask(small, "unique_users", event="Project Created", organisation="o-acme") == [[2, 2, 3]]
    assert await ask(small, "unique_users", event="Project Created", organisation="o-globex") == [[0, 0, 0]]


async def test_which_users_come_with_place_times_and_count(small: Graph) -> None:
    assert await ask(small, "which_users", event="Project Created", days=7) == [
        ["p-ada", "Name p-ada", "p-ada@x.example", "o-acme", "Name o-acme", 2, "2026-03-04T12:00:00Z", "2026-03-05T12:00:00Z"],
        ["p-cleo", "Name p-cleo", "p-cleo@x.example", None, None, 1, "2026-03-07T12:00:00Z", "2026-03-07T12:00:00Z"],
    ]  # fmt: skip


async def test_events_before_the_first_stay_in_their_organisation(small: Graph) -> None:
    anywhere = await ask(small, "average_events_before_first", event="Project Created")
    assert anywhere == [[pytest.approx(4 / 3), 3, 0, 0, 3]]
    inside = await ask(small, "average_events_before_first", event="Project Created", organisation="o-acme")
    assert inside == [[0.5, 2, 0, 0, 1]]
    apart = await ask(small, "average_events_before_first", event="Project Created", per_organisation=True)
    assert apart == [[0.5, 2, 2, 0, 1]]
    assert await ask(small, "events_before_first", event="Project Created") == [
        ["Report Viewed", 2, pytest.approx(2 / 3), 4]
    ]


async def test_who_belongs_to_several_with_which_roles(small: Graph) -> None:
    [[person, *_, organisations, memberships]] = await ask(small, "people_in_several_organisations")
    assert (person, organisations) == ("p-ada", 2)
    assert [(m["organisation"], m["role"], m["roles"]) for m in memberships] == [
        ("Name o-acme", "admin", ["admin", "billing"]),
        ("Name o-globex", "viewer", ["viewer"]),
    ]


async def test_one_persons_activity_side_by_side_leaks_nothing(small: Graph) -> None:
    found = await ask(small, "one_person_by_organisation", person="p-ada@x.example")
    assert [row[:6] for row in found] == [
        ["o-acme", "Name o-acme", True, ["admin", "billing"], 3, 3],
        ["o-globex", "Name o-globex", True, ["viewer"], 2, 2],
    ]
    found = await ask(small, "one_person_by_organisation", person="p-cleo")
    assert [(row[0], row[2], row[4]) for row in found] == [("o-globex", False, 1), (None, False, 1)]


async def test_overlaps(small: Graph) -> None:
    assert await ask(small, "organisations_sharing_people") == [
        ["o-acme", "Name o-acme", "o-globex", "Name o-globex", 1]
    ]
    [row] = await ask(small, "different_roles", role="admin", other_role="viewer")
    assert [row[0], row[3], row[5]] == ["p-ada", "o-acme", "o-globex"]


def test_every_question_is_asked_of_the_oracle() -> None:
    assert {name for name, _ in ASKED} == {question.name for question in questions()}
