"""Documents that repeat or nest without end are refused by a limit."""

from __future__ import annotations

import pytest

from tests.api.conftest import Api


async def test_a_field_that_is_repeated_hundreds_of_times_is_refused(api: Api):
    error = await api.error("{ " + "organisations(first: 1) { totalCount } " * 450 + "}")
    assert error["extensions"]["code"] == "TOO_MANY_REPEATS"


async def test_sources_are_read_a_few_times_in_one_document(api: Api):
    def document(times: int) -> str:
        return "{ " + " ".join(f"a{n}: sources(runs: 100) {{ name }}" for n in range(times)) + " }"

    assert len(await api.data(document(5))) == 5
    assert await api.code(document(6)) == "TOO_COSTLY"


async def test_fields_that_fragments_repeat_are_answered(filled: Api):
    spreads = " ".join(f"...F{n}" for n in range(30))
    fragments = " ".join(
        f"fragment F{n} on Person {{ id name memberships(first: 1) {{ edges {{ node {{ id role }} }} }} }}"
        for n in range(30)
    )
    found = await filled.data(f"{{ people(first: 1) {{ edges {{ node {{ {spreads} }} }} }} }} {fragments}")
    assert set(found["people"]["edges"][0]["node"]) == {"id", "name", "memberships"}


FAR = {
    "fragments that double": "{ ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(80))
    + " fragment F80 on Query { __typename }",
    "a chain of fragments": "{ ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(600))
    + " fragment F600 on Query { __typename }",
    "fragments in each other": "{ " + "... { " * 150 + "__typename" + " }" * 150 + " }",
    "lists in lists": "{ nodes(ids: " + "[" * 400 + "]" * 400 + ") { id } }",
    "objects in objects": '{ answer(question: "x", parameters: ' + "{a: " * 400 + "1" + "}" * 400 + ") { rows } }",
    "types in types": "query Q($v: " + "[" * 400 + "Int" + "]" * 400 + ") { __typename }",
}


@pytest.mark.parametrize("document", FAR.values(), ids=FAR)
async def test_what_goes_on_and_on_is_refused_by_a_limit(api: Api, document):
    assert await api.code(document) in {"TOO_DEEP", "TOO_MANY_FIELDS"}


@pytest.mark.parametrize("value", ["[", '{"a":'])
async def test_variables_that_nest_without_end_are_refused(api: Api, value):
    close = {"[": "]", '{"a":': "}"}[value]
    for depth, codes in ((150, {"TOO_DEEP"}), (5000, {"TOO_DEEP", "INVALID_JSON", "BAD_VARIABLES"})):
        variables = f'{{"p": {value * depth}1{close * depth}}}'
        query = 'query Q($p: JSON) { answer(question: \\"x\\", parameters: $p) { rows } }'
        response = await api.client.post(
            "/graphql",
            content=f'{{"query": "{query}", "variables": {variables}}}',
            headers={"content-type": "application/json"},
        )
        [error] = response.json()["errors"]
        assert error["extensions"]["code"] in codes
