"""Criteria and searches of one request are bounded together."""

from __future__ import annotations

import pytest

from tests.api.conftest import Api

LONG = " or ".join(f"score > {n}" for n in range(390))
MANY_CRITERIA = {
    "where": ("Criteria", "{{ {each} }}", "a{n}: people(first: 1, where: $v) {{ totalCount }}", LONG),
    "roll-ups": (
        "RollUpInput!",
        '{{ organisation(by: {{id: "o_001"}}) {{ {each} }} }}',
        "a{n}: rollUp(of: $v)",
        {"aggregation": "COUNT", "where": LONG},
    ),
    "a roll-up's criterion": (
        "Criteria",
        '{{ organisation(by: {{id: "o_001"}}) {{ {each} }} }}',
        "a{n}: rollUp(of: {{aggregation: COUNT, where: $v}})",
        LONG,
    ),
    "segments": ("Criteria", '{{ stage(key: "s") {{ {each} }} }}', "a{n}: metrics(segment: $v) {{ entered }}", LONG),
}


@pytest.mark.parametrize("what", MANY_CRITERIA)
async def test_all_criteria_of_a_request_together_are_bounded(filled: Api, what):
    type_, document, field, value = MANY_CRITERIA[what]
    text = f"query($v: {type_}) " + document.format(each=" ".join(field.format(n=n) for n in range(50)))
    assert await filled.code(text, v=value) == "CRITERIA_TOO_LONG"
    assert filled.graph.statements == []


async def test_a_plan_that_is_kept_does_not_let_longer_criteria_pass(filled: Api):
    text = 'query($v: Criteria) { stage(key: "s") {' + " ".join(
        f"a{n}: metrics(segment: $v) {{ entered }}" for n in range(50)
    )
    assert (await filled.data(text + "} }", v="name has any value")) == {"stage": None}
    assert await filled.code(text + "} }", v=LONG) == "CRITERIA_TOO_LONG"


async def test_many_short_criteria_are_answered(filled: Api):
    each = " ".join(f'a{n}: people(first: 1, where: "score > {n}") {{ totalCount }}' for n in range(60))
    assert len(await filled.data(f"{{ {each} }}")) == 60


async def test_a_search_is_bounded(filled: Api):
    document = "query($v: String) { people(search: $v) { totalCount } }"
    assert await filled.code(document, v="ann " * 100_000) == "SEARCH_TOO_LONG"
    assert (await filled.data(document, v="nobody " * 50))["people"] == {"totalCount": 0}
