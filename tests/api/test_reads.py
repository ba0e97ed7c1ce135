"""Compiled reads return in one statement what graphql-core resolves over plain Python."""

from typing import Any

import pytest

from tests.api.documents import Maker
from tests.api.oracle import Oracle


@pytest.mark.parametrize("block", range(4))
async def test_compiled_answers_are_those_of_an_independent_oracle(filled, world, block):
    oracle = Oracle(world)
    await filled.data("{ __typename }")
    for seed in range(block * 25, block * 25 + 25):
        document = Maker(seed).document()
        expected = oracle.answer(document)
        filled.graph.statements.clear()
        found = await filled.data(document)
        assert found == expected, document
        assert str(laid_out(found)) == str(laid_out(expected)), f"fields in the order of the document: {document}"
        assert len(filled.graph.statements) == 1, "one statement a query"


def laid_out(found: Any) -> Any:
    """Return an answer with attributes sorted by name. An engine returns them in the order of their first use."""
    if isinstance(found, list):
        return [laid_out(each) for each in found]
    if isinstance(found, dict):
        names = sorted(found) if found.keys() <= {"arr", "plan"} else found
        return {name: laid_out(found[name]) for name in names}
    return found


async def test_r3_a_sum_leaves_with_fifteen_digits(api):
    rows = [
        {
            "person": {"email": f"p{n}@acme.test"},
            "organisation": {"domain": "acme.test"},
            "attributes": {"amount": amount},
        }
        for n, amount in enumerate([0.1, 0.2, 12])
    ]
    document = (
        "mutation($r: [MembershipInput!]!) { upsertMemberships(memberships: $r) { created rejected { message } } }"
    )
    assert (await api.data(document, r=rows))["upsertMemberships"]["rejected"] == []
    found = await api.data(
        '{ organisation(by: {domain: "acme.test"}) { added: rollUp(of: {aggregation: SUM, attribute: "membership.amount"}) '
        'mean: rollUp(of: {aggregation: AVERAGE, attribute: "membership.amount"}) } }'
    )
    assert found["organisation"] == {"added": 12.3, "mean": 4.1}
