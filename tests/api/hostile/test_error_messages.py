"""Error messages are short, whatever was sent, and give a reason."""

from __future__ import annotations

from tests.api.conftest import Api


async def test_errors_repeat_little_of_what_was_sent(filled: Api):
    long = "x" * 40_000
    for document, variables in (
        (f"{{ {long[:4000]} }}", {}),
        (f"query Q(${long[:4000]}: Nobody) {{ __typename }}", {}),
        ("query Q($v: Int) { people(first: $v) { totalCount } }", {"v": long}),
        ("query Q($v: EventFilter) { events(filter: $v) { totalCount } }", {"v": {long: 1}}),
        (
            'query Q($v: Aggregation!) { organisation(by: {id: "o_001"}) { rollUp(of: {aggregation: $v}) } }',
            {"v": long},
        ),
        ("query Q($v: Criteria) { people(where: $v) { totalCount } }", {"v": f"{long[:15_000]} = 1"}),
        ("query Q($v: Criteria) { people(where: $v) { totalCount } }", {"v": f"score = '{long[:15_000]}'"}),
        ('query Q($v: DateTime) { person(by: {id: "p_001"}) { memberships(asOf: $v) { totalCount } } }', {"v": long}),
        ("query Q($v: OrderBy) { people(orderBy: $v) { edges { cursor } } }", {"v": {"attribute": long}}),
        ("query Q($v: String!) { answer(question: $v) { rows } }", {"v": long}),
        ('query Q($v: String!) { explainStage(organisation: "o_001", stage: $v) { holds } }', {"v": long}),
        ("query Q($v: Int) { people(first: $v) { totalCount } }", {"v": {long: [long]}}),
    ):
        answer = await filled.ask(document, **variables)
        assert answer["errors"], document
        assert all(len(error["message"]) < 700 for error in answer["errors"]), answer["errors"][0]["message"][:300]
        assert len(str(answer)) < 20_000


async def test_no_validation_ends_without_a_reason(api: Api):
    for document in ("{ " + "__typename " * 990 + "}", "{ " + " ".join(f"b{n}" for n in range(300)) + " }"):
        answer = await api.ask(document)
        assert all(error["message"] != "Validation aborted." for error in answer["errors"])
