"""Lists in arguments are bounded before they are coerced."""

from __future__ import annotations

import pytest

from tests.api.conftest import Api

NAMES = [f"a{n}" for n in range(20_000)]

LISTS = {
    "attribute names": (
        'query Q($v: [String!]) { person(by: {id: "p_001"}) { attributes(names: $v) } }',
        NAMES,
        "TOO_MANY_VALUES",
    ),
    "names of events": (
        "query Q($v: [String!]) { events(filter: {names: $v}) { totalCount } }",
        NAMES,
        "TOO_MANY_VALUES",
    ),
    "a filter": ("query Q($v: EventFilter) { events(filter: $v) { totalCount } }", {"names": NAMES}, "TOO_MANY_VALUES"),
    "ids": ("query Q($v: [ID!]!) { nodes(ids: $v) { id } }", NAMES, "TOO_MANY_IDS"),
    "parameters of a question": (
        'query Q($v: JSON) { answer(question: "x", parameters: $v) { rows } }',
        {"a": {"b": NAMES}},
        "TOO_MANY_VALUES",
    ),
    "rows": (
        "mutation Q($v: [PersonInput!]!) { upsertPeople(people: $v) { created } }",
        [{"identities": []}] * 2001,
        "TOO_MANY_ROWS",
    ),
    "identities of a row": (
        "mutation Q($v: [PersonInput!]!) { upsertPeople(people: $v) { created } }",
        [{"identities": [{"kind": "email", "value": "a@b.test"}] * 201}],
        "TOO_MANY_VALUES",
    ),
    "identities of all rows": (
        "mutation Q($v: [PersonInput!]!) { upsertPeople(people: $v) { created } }",
        [{"identities": [{"kind": "email", "value": "a@b.test"}] * 190}] * 200,
        "TOO_MANY_VALUES",
    ),
    "rows to be replayed": (
        "mutation Q($v: [ID!]!) { replayRejected(ids: $v) { created } }",
        NAMES,
        "TOO_MANY_ROWS",
    ),
    "sources in their order": (
        'mutation Q($v: [String!]!) { setPrecedence(entity: "person", attribute: "a", sources: $v) { userErrors { code } } }',
        NAMES,
        "TOO_MANY_VALUES",
    ),
    "stages of a journey": (
        'mutation Q($v: [String!]) { saveJourney(journey: {key: "k", stages: $v}) { userErrors { code } } }',
        NAMES,
        "TOO_MANY_VALUES",
    ),
}


@pytest.mark.parametrize("what", LISTS)
async def test_lists_in_arguments_are_bounded(filled: Api, what):
    document, value, code = LISTS[what]
    assert await filled.code(document, v=value) == code
    assert filled.graph.statements == []


async def test_lists_that_a_document_writes_are_bounded_too(filled: Api):
    names = ", ".join(f'"{name}"' for name in NAMES[:201])
    for document in (
        f'{{ person(by: {{id: "p_001"}}) {{ attributes(names: [{names}]) }} }}',
        f"{{ events(filter: {{names: [{names}]}}) {{ totalCount }} }}",
        f'mutation {{ saveObjective(stage: "s", objective: {{key: "k", name: "n", after: [{names}]}}) {{ userErrors {{ code }} }} }}',
    ):
        assert await filled.code(document) == "TOO_MANY_VALUES"


async def test_lists_within_the_bound_are_taken(filled: Api):
    document, _, _ = LISTS["attribute names"]
    found = await filled.data(document.replace("p_001", "p_003"), v=["score", *NAMES[:199]])
    assert found == await filled.data('{ person(by: {id: "p_003"}) { attributes(names: ["score"]) } }')
