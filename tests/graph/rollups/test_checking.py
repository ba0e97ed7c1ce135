"""Roll-ups that make no sense are refused with a message (R1, C4)."""

from __future__ import annotations

from typing import Any

import pytest

from graph.attributes.catalogue import Catalogue
from graph.computed.roll_ups import check
from graph.errors import UserMistake
from graph.rollups import RollUp, StoredRollUp, result_type, validate
from tests.graph.rollups.graphs import KNOWN

CATALOGUE = Catalogue(KNOWN)

WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    ({"aggregation": "SUM"}, "INVALID_ROLL_UP", "attribute", "SUM needs a person's attribute"),
    ({"aggregation": "SUM", "source": "EVENTS"}, "INVALID_ROLL_UP", "attribute", "needs an event property"),
    ({"aggregation": "SUM", "attribute": "seat"}, "UNKNOWN_ATTRIBUTE", "attribute", "did you mean 'seats'?"),
    ({"aggregation": "SUM", "attribute": "plan"}, "WRONG_TYPE", "attribute", "is text; SUM needs a number"),
    ({"aggregation": "MAX", "attribute": "plan"}, "WRONG_TYPE", "attribute", "a number, a date or a datetime"),
    ({"aggregation": "FIRST"}, "INVALID_ROLL_UP", "attribute", "FIRST needs"),
    ({"aggregation": "ACTIVE_DAYS"}, "INVALID_ROLL_UP", "aggregation", "EVENTS only"),
    ({"aggregation": "ACTIVE_DAYS", "source": "EVENTS", "attribute": "amount"}, "INVALID_ROLL_UP", "attribute", "no"),
    ({"aggregation": "COUNT", "eventName": "A"}, "INVALID_ROLL_UP", "eventName", "EVENTS only"),
    ({"aggregation": "COUNT", "windowDays": 7}, "INVALID_ROLL_UP", "windowDays", "EVENTS only"),
    ({"aggregation": "COUNT", "eventWhere": "amount > 1"}, "INVALID_ROLL_UP", "eventWhere", "EVENTS only"),
    ({"aggregation": "COUNT", "source": "EVENTS", "windowDays": 0}, "INVALID_ROLL_UP", "windowDays", "from 1"),
    ({"aggregation": "COUNT", "source": "EVENTS", "windowDays": 1.5}, "INVALID_ROLL_UP", "windowDays", "1.5"),
    (
        {"aggregation": "COUNT", "endDaysAgo": 7, "source": "EVENTS"},
        "INVALID_ROLL_UP",
        "endDaysAgo",
        "needs windowDays",
    ),
    ({"aggregation": "COUNT", "endDaysAgo": 7}, "INVALID_ROLL_UP", "endDaysAgo", "EVENTS only"),
    ({"aggregation": "COUNT", "source": "EVENTS", "endDaysAgo": -1}, "INVALID_ROLL_UP", "endDaysAgo", "from 0"),
    ({"aggregation": "MOST_FREQUENT"}, "INVALID_ROLL_UP", "attribute", "needs a person's attribute"),
    ({"aggregation": "UNIQUE_VALUES", "attribute": "roles"}, "WRONG_TYPE", "attribute", "not a list"),
    ({"aggregation": "COUNTS"}, "INVALID_ROLL_UP", "aggregation", "did you mean 'COUNT'?"),
    ({}, "INVALID_ROLL_UP", "aggregation", "is missing"),
    ({"aggregation": "COUNT", "window": 7}, "INVALID_ROLL_UP", "window", "did you mean 'windowDays'?"),
    ({"aggregation": "COUNT", "eventName": " ", "source": "EVENTS"}, "INVALID_ROLL_UP", "eventName", "must be text"),
    ({"aggregation": "COUNT", "where": "plam = 'pro'"}, "INVALID_CRITERION", "where", "plan"),
    (
        {"aggregation": "COUNT", "source": "EVENTS", "eventWhere": "amout > 1"},
        "INVALID_CRITERION",
        "eventWhere",
        "amount",
    ),
]


@pytest.mark.parametrize(("given", "code", "field", "message"), WRONG)
def test_a_mistake_is_named_with_its_field_c4(given: dict[str, Any], code: str, field: str, message: str) -> None:
    with pytest.raises(UserMistake) as caught:
        validate(RollUp.from_json(given), "organisation", CATALOGUE)
    assert (caught.value.code, caught.value.field) == (code, field)
    assert message in str(caught.value)


@pytest.mark.parametrize("entity", ["membership", "person"])
def test_only_organisations_have_people(entity: Any) -> None:
    with pytest.raises(UserMistake, match="source must be EVENTS"):
        validate(RollUp("COUNT"), entity, CATALOGUE)


@pytest.mark.parametrize(
    ("roll_up", "kind"),
    [
        (RollUp("COUNT"), "integer"),
        (RollUp("AVERAGE", attribute="seats"), "float"),
        (RollUp("SUM", attribute="score"), "float"),
        (RollUp("MIN", attribute="renewal_date"), "date"),
        (RollUp("FIRST", attribute="plan"), "text"),
        (RollUp("LAST", "EVENTS"), "datetime"),
        (RollUp("MAX", attribute="person.first_seen_at"), "datetime"),
        (RollUp("FIRST", attribute="membership.role"), "text"),
    ],
)
def test_the_type_of_the_value_is_known(roll_up: RollUp, kind: str) -> None:
    assert result_type(roll_up, CATALOGUE) == kind


def test_json_and_back_is_the_same() -> None:
    given = {"aggregation": "SUM", "source": "EVENTS", "attribute": "amount", "windowDays": 7, "where": "plan = 'pro'"}
    assert RollUp.from_json(given).to_json() == given


@pytest.mark.parametrize(
    ("stored", "code"),
    [
        (StoredRollUp("  ", RollUp("COUNT")), "INVALID_NAME"),
        (StoredRollUp("x" * 201, RollUp("COUNT")), "INVALID_NAME"),
        (StoredRollUp("evaluatedAt", RollUp("COUNT")), "INVALID_NAME"),
        (StoredRollUp("domain", RollUp("COUNT")), "NAME_TAKEN"),
        (StoredRollUp("n", RollUp("COUNT", "EVENTS"), "membership", include_descendants=True), "INVALID_ROLL_UP"),
        (StoredRollUp("n", RollUp("COUNT", where="in organisation (name = 'x')")), "INVALID_ROLL_UP"),
    ],
)
def test_what_can_not_be_stored_is_refused(stored: StoredRollUp, code: str) -> None:
    with pytest.raises(UserMistake) as caught:
        check(stored, CATALOGUE)
    assert caught.value.code == code
