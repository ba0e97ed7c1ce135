"""Each limit has a code, and refuses cheaply and before anything is sent to the engine."""

import sys
from collections.abc import Callable

import pytest
from graphql import GraphQLError

from api.graphql.parsing import parse_document, validate_document
from api.graphql.schema import SCHEMA
from api.limits import Limits

LIMITS = Limits()
DEEP = "{ people { edges { node { " + "memberships { edges { node { person { " * 8 + "id" + " } } } }" * 8 + " } } } }"
LAUGHS = " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(30))
TOO_MUCH = {
    "depth": (DEEP, "TOO_DEEP"),
    "aliases": ("{ " + " ".join(f"a{n}: __typename" for n in range(1000)) + " }", "TOO_MANY_ALIASES"),
    "directives": ("{ __typename " + "@skip(if: false) " * 200 + "}", "TOO_MANY_DIRECTIVES"),
    "fields": ("{ people { edges { node { " + "id " * 1200 + "} } } }", "TOO_MANY_FIELDS"),
    "tokens": ("{ " + "__typename " * 10_000 + "}", "TOO_MANY_TOKENS"),
    "length": ("#" * 1_000_000 + "\n{ __typename }", "DOCUMENT_TOO_LARGE"),
    "doubling fragments": (
        "{ ...F0 } " + LAUGHS + " fragment F30 on Query { people { totalCount } }",
        "TOO_MANY_FIELDS",
    ),
    "brackets": ("{ people(where: " + "[" * 100_000, "TOO_DEEP"),
}


@pytest.mark.parametrize(("document", "code"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_too_large_documents_are_refused_cheaply(document, code):
    found: list[GraphQLError] = []
    calls = _calls_of(lambda: found.extend(_errors(document)))
    assert [error.extensions["code"] for error in found] == [code]
    assert calls < 100 * LIMITS.tokens, "no more than to parse as much as is allowed"


def _errors(document: str) -> list[GraphQLError]:
    """Return the errors of a document."""
    try:
        return validate_document(SCHEMA, parse_document(document, LIMITS)[0], LIMITS)
    except GraphQLError as error:
        return [error]


def _calls_of(work: Callable[[], None]) -> int:
    """Return the number of function calls, which is a cost that does not depend on the machine."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return calls


async def test_cost_is_refused_before_the_engine_is_asked(filled):
    document = "{ organisations(first: 200) { edges { node { memberships(first: 200) { edges { node { events(first: 200) { edges { cursor } } } } } } } } }"
    assert await filled.code(document) == "TOO_COSTLY"
    assert filled.graph.statements == []


async def test_a_body_over_the_limit_is_413(api):
    response = await api.client.post(
        "/graphql", content=b" " * (LIMITS.body + 1), headers={"content-type": "application/json"}
    )
    assert response.status_code == 413
    assert response.json()["errors"][0]["extensions"]["code"] == "BODY_TOO_LARGE"


async def test_more_than_two_thousand_rows_are_refused(api):
    rows = [{"identities": [{"kind": "user_id", "value": str(n)}]} for n in range(2001)]
    assert (
        await api.code("mutation($r: [PersonInput!]!) { upsertPeople(people: $r) { created } }", r=rows)
        == "TOO_MANY_ROWS"
    )


async def test_more_than_two_hundred_ids_are_refused(api):
    ids = [f"p_{n}" for n in range(201)]
    assert await api.code("query($i: [ID!]!) { nodes(ids: $i) { id } }", i=ids) == "TOO_MANY_IDS"


def test_a_cycle_of_fragments_ends():
    document = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"
    assert "Cannot spread fragment" in _errors(document)[0].message
