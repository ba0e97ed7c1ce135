"""Bad input is refused with a code, a place and a remedy, and without internal details."""

import pytest

BAD = {
    "a page over the limit": ("{ people(first: 201) { totalCount edges { cursor } } }", "BAD_PAGE", "200"),
    "a negative page": ("{ people(first: -1) { edges { cursor } } }", "BAD_PAGE", "from 0"),
    "a negative page where only the number is asked": ("{ people(first: -1) { totalCount } }", "BAD_PAGE", "from 0"),
    "a page over the limit where only the number is asked": ("{ people(last: 999) { totalCount } }", "BAD_PAGE", "200"),
    "a negative page where nothing is asked": ("{ people(first: -1) { __typename } }", "BAD_PAGE", "from 0"),
    "a negative page far below": (
        '{ person(by: {id: "p_001"}) { memberships { edges { node { events(first: -5) { totalCount } } } } } }',
        "BAD_PAGE",
        "from 0",
    ),
    "first and last where only the number is asked": (
        "{ people(first: 1, last: 1) { totalCount } }",
        "BAD_PAGE",
        "not both",
    ),
    "a broken cursor where only the number is asked": (
        '{ people(after: "%%") { totalCount } }',
        "BAD_CURSOR",
        "no cursor",
    ),
    "an instant of a list of which nothing is asked": (
        '{ events(filter: {from: "soon"}) { __typename } }',
        "BAD_DATETIME",
        "offset",
    ),
    "an instant before the first year in UTC": (
        '{ events(filter: {from: "0001-01-01T00:00:00+14:00"}) { totalCount } }',
        "BAD_DATETIME",
        "no year from 1 to 9999",
    ),
    "an instant after the last year in UTC": (
        '{ person(by: {id: "p_001"}) { memberships(asOf: "9999-12-31T23:59:59-14:00") { totalCount } } }',
        "BAD_DATETIME",
        "no year from 1 to 9999",
    ),
    "first and last": ("{ people(first: 1, last: 1) { edges { cursor } } }", "BAD_PAGE", "not both"),
    "a cursor that is none": ('{ people(after: "%%%") { edges { cursor } } }', "BAD_CURSOR", "no cursor"),
    "a cursor that is JSON of something": ('{ people(after: "e30") { edges { cursor } } }', "BAD_CURSOR", "no cursor"),
    "an unknown attribute in a criterion": (
        '{ people(where: "scor > 1") { totalCount } }',
        "INVALID_CRITERION",
        "score",
    ),
    "a syntax error in a criterion": ('{ people(where: "score >") { totalCount } }', "INVALID_CRITERION", "line 1"),
    "a wrong type in a criterion": (
        "{ people(where: \"score = 'abc'\") { totalCount } }",
        "INVALID_CRITERION",
        "column",
    ),
    "an unknown attribute to sort by": (
        '{ people(orderBy: {attribute: "scor"}) { totalCount edges { cursor } } }',
        "UNKNOWN_ATTRIBUTE",
        "score",
    ),
    "an instant without offset": (
        '{ person(by: {id: "p_001"}) { memberships(asOf: "2026-01-01T00:00:00") { totalCount } } }',
        "BAD_DATETIME",
        "offset",
    ),
    "an impossible instant": (
        '{ events(filter: {from: "2026-02-30T00:00:00Z"}) { totalCount } }',
        "BAD_DATETIME",
        "calendar",
    ),
    "an unknown question": ('{ answer(question: "why") { rows } }', "UNKNOWN_QUESTION", "why"),
    "what is not built yet": ('{ person(by: {id: "p_001"}) { overallStage } }', "NOT_AVAILABLE", "overallStage"),
    "a roll-up of nothing": (
        '{ organisation(by: {id: "o_001"}) { rollUp(of: {aggregation: SUM, attribute: "nothing"}) } }',
        "UNKNOWN",
        "nothing",
    ),
}


@pytest.mark.parametrize(("document", "code", "excerpt"), BAD.values(), ids=BAD)
async def test_bad_arguments_are_told_under_a_code(filled, document, code, excerpt):
    answer = await filled.ask(document)
    (error,) = answer["errors"]
    assert answer["data"] is None
    assert error["extensions"]["code"].startswith(code), error
    assert excerpt in error["message"], error
    assert filled.graph.statements == [] or code == "UNKNOWN_QUESTION"


async def test_a_criterions_error_says_line_and_column(filled):
    error = await filled.error('{ people(where: "score >= 1 and\\n colour = 1") { totalCount } }')
    assert (error["extensions"]["line"], error["extensions"]["column"]) == (2, 2)


async def test_a_cursor_of_another_query_is_refused(filled):
    cursor = (await filled.data("{ people(first: 1) { pageInfo { endCursor } } }"))["people"]["pageInfo"]["endCursor"]
    for other in (
        "query($c: String) { organisations(after: $c) { edges { cursor } } }",
        'query($c: String) { people(after: $c, search: "ann") { edges { cursor } } }',
        'query($c: String) { people(after: $c, orderBy: {attribute: "score"}) { edges { cursor } } }',
    ):
        error = await filled.error(other, c=cursor)
        assert error["extensions"]["code"] == "BAD_CURSOR"
        assert "another query" in error["message"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "INVALID_JSON"),
        (b'{"query": "{ __typename }", "variables": {"a": NaN}}', 400, "INVALID_JSON"),
        (b"[]", 400, "BAD_REQUEST"),
        (b"{}", 400, "BAD_REQUEST"),
        (b'{"query": 7}', 400, "BAD_REQUEST"),
        (b'{"query": "{ __typename }", "variables": []}', 400, "BAD_REQUEST"),
        (b'{"query": "{ people"}', 400, "SYNTAX_ERROR"),
        (b'{"query": "{ peple { totalCount } }"}', 400, "INVALID_DOCUMENT"),
        (b'{"query": "query A { __typename } query B { __typename }"}', 400, "OPERATION_NAME_NEEDED"),
        (b'{"query": "query A { __typename }", "operationName": "B"}', 400, "UNKNOWN_OPERATION"),
        (b'{"query": "query($n: Int!) { people(first: $n) { totalCount } }"}', 400, "BAD_VARIABLES"),
        (b'{"query": "subscription { transitions { id } }"}', 200, "NOT_AVAILABLE"),
    ],
)
async def test_requests_that_cannot_run(api, body, status, code):
    headers = {"content-type": "application/json", "accept": "application/graphql-response+json"}
    response = await api.client.post("/graphql", content=body, headers=headers)
    assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (status, code)


async def test_an_unexpected_fault_tells_a_request_id_and_nothing_else(filled, monkeypatch, caplog):
    async def broken(*_: object, **__: object) -> None:
        raise KeyError("secret of /etc/place")

    monkeypatch.setattr(type(filled.graph), "query", broken)
    error = await filled.error("{ people { totalCount } }")
    assert error["extensions"]["code"] == "INTERNAL"
    assert "secret" not in str(error)
    assert error["extensions"]["requestId"] in caplog.text


async def test_an_id_that_is_nobodys_is_null(filled):
    found = await filled.data(
        '{ node(id: "p_nobody") { id } person(by: {email: "no@no.test"}) { id } nodes(ids: ["?", "o_x"]) { id } }'
    )
    assert found == {"node": None, "person": None, "nodes": [None, None]}
