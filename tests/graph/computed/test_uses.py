"""The uses of an attribute; one in use can't be removed."""

from __future__ import annotations

import json

import pytest

from graph.attributes.catalogue import Catalogue, Definition
from graph.calculated.definition import Calculated, Rule
from graph.computed import define_roll_up, remove_roll_up
from graph.computed.calculated import define_calculated, remove_calculated
from graph.computed.uses import attribute_uses, uses
from graph.engine import Graph
from graph.errors import UserMistake
from graph.journey.definitions.definition import ExitRule, Journey, Objective, Stage
from graph.journey.definitions.generated import generated_definitions
from graph.journey.definitions.stored import Library
from graph.rollups import RollUp, StoredRollUp
from tests.graph.journey.company import Company, stage


def rolled_up(name: str, roll_up: RollUp) -> Definition:
    return Definition("organisation", name, "integer", "rolled_up", roll_up=json.dumps(roll_up.to_json()))


USAGE = Calculated("usage", "seats_used / seats").definition
HEALTH = Calculated("health", score=(Rule("in use", 2, "usage > 0.5"), Rule("big", 1, "seats > 100"))).definition
GOAL = Objective("filled", "Filled", criteria="usage >= 1", applies_to="any member (plan = 'pro')")
STAGE = Stage(
    "onboarding",
    "customer",
    "Onboarding",
    entry="health >= 50",
    exit=ExitRule("CRITERIA", criteria="seats_used > 3", completed_when="seats > 3"),
    status="LIVE",
    version=2,
    objectives=(GOAL,),
)
EARLIER = Stage("onboarding", "customer", "Onboarding", entry="arr > 10", exit=ExitRule("ONGOING"), version=1)
LIBRARY = Library((Journey("customer", "Customer", False, (STAGE,)),), {("onboarding", 1): EARLIER})
CATALOGUE = Catalogue(
    (
        Definition("organisation", "seats", "integer"),
        Definition("organisation", "seats_used", "integer"),
        Definition("organisation", "arr", "float"),
        Definition("person", "plan", "text"),
        Definition("person", "seats", "integer"),
        Definition("event", "amount", "integer"),
        rolled_up("admins", RollUp("COUNT", where="role = 'admin' and plan = 'pro'")),
        rolled_up("plans", RollUp("COUNT_DISTINCT", attribute="plan")),
        rolled_up("sold", RollUp("SUM", "EVENTS", "amount", event_where="amount > 50")),
        USAGE,
        HEALTH,
        *generated_definitions(STAGE),
    )
)


@pytest.mark.parametrize(
    ("entity", "name", "expected"),
    [
        (
            "organisation",
            "seats",
            ["calculated attribute health (rule big)", "calculated attribute usage (formula)", "stage onboarding (exit.completedWhen)"],
        ),
        ("person", "seats", []),
        ("person", "plan", ["objective filled (appliesTo)", "roll-up admins (where)", "roll-up plans (attribute)"]),
        ("membership", "role", ["roll-up admins (where)"]),
        ("event", "amount", ["roll-up sold (attribute)", "roll-up sold (eventWhere)"]),
        ("organisation", "usage", ["calculated attribute health (rule in use)", "objective filled (criteria)"]),
        ("organisation", "health", ["stage onboarding (entry)"]),
        ("organisation", "arr", []),
    ],
)  # fmt: skip
def test_every_place_that_names_an_attribute_is_found_and_no_other(entity: str, name: str, expected: list[str]):
    attribute = CATALOGUE.find(entity, name)
    assert attribute is not None
    assert [str(each) for each in uses(attribute, CATALOGUE, LIBRARY)] == expected


def test_an_earlier_version_uses_what_it_names_as_long_as_somebody_is_there_under_it():
    attribute = CATALOGUE.find("organisation", "arr")
    assert attribute is not None
    found = uses(attribute, CATALOGUE, LIBRARY, [("onboarding", 1), ("onboarding", 2)])
    assert [str(each) for each in found] == ["stage onboarding (entry of version 1)"]


async def test_what_is_in_use_is_not_removed_and_the_uses_are_named(company: Company) -> None:
    graph, clock = company.graph, company.clock
    await company.organisation("acme", seats=10)
    await define_roll_up(graph, clock, StoredRollUp("logins", RollUp("COUNT", "EVENTS", event_name="Login")))
    await define_calculated(graph, clock, Calculated("per_seat", "logins / seats"))
    await company.live(stage(entry="per_seat > 1"))
    with pytest.raises(UserMistake, match=r"'logins' is used by calculated attribute per_seat \(formula\)") as caught:
        await remove_roll_up(graph, clock, "organisation", "logins")
    assert (caught.value.code, caught.value.field) == ("IN_USE", "attribute")
    with pytest.raises(UserMistake, match=r"'per_seat' is used by stage onboarding \(entry\)"):
        await remove_calculated(graph, clock, "per_seat")
    assert [str(each) for each in await attribute_uses(graph, "organisation", "seats")] == [
        "calculated attribute per_seat (formula)"
    ]
    await company.live(stage(entry="seats > 1"))
    assert await remove_calculated(graph, clock, "per_seat")
    assert await remove_roll_up(graph, clock, "organisation", "logins")


async def test_an_attribute_that_is_not_there_is_told_with_the_nearest(graph: Graph) -> None:
    with pytest.raises(UserMistake, match="did you mean 'domain'"):
        await attribute_uses(graph, "organisation", "domane")
    with pytest.raises(UserMistake, match="entity is"):
        await attribute_uses(graph, "company", "domain")
