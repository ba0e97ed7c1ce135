"""Requests that mean harm, or do not care: refused under a code, remembered nowhere, and nobody else waits for them."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from graphql import build_client_schema, get_introspection_query, print_schema

from api.app import ApiSettings, create_app
from api.graphql.documents import BYTES_PER_OPERATION, PLANS_PER_OPERATION, DocumentCache
from api.keys import create
from api.limits import Limits
from tests.api.conftest import Api, client_of

READ = {"query": "{ dataQuality { people } }"}
NAMES = [f"a{n}" for n in range(20_000)]


def _documents(app: Any) -> DocumentCache:
    """What a service keeps, as a test may look at it."""
    endpoint = next(cell.cell_contents for cell in app.__closure__ if hasattr(cell.cell_contents, "_service"))
    found: DocumentCache = endpoint._service._documents
    return found


@pytest.fixture
def service(graph, writer, clock, tmp_path):
    return create_app(graph, writer, None, clock, ApiSettings(keys=tmp_path / "keys.json"))


def _client(service: Any, tmp_path: Any, clock: Any, *scopes: str, public: bool = False) -> httpx.AsyncClient:
    secret, _ = create(tmp_path / "keys.json", "k", list(scopes), clock, public=public)
    return client_of(service, authorization=f"Bearer {secret}")


# ---------------------------------------------------------------- what is kept


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ("#" * 300_000 + "{{ a{n}: __typename }}", "DOCUMENT_TOO_LARGE"),
        ("{{ a{n} ", "SYNTAX_ERROR"),
        ("{{ nobody{n} }}", "INVALID_DOCUMENT"),
        ("{{ k{n}: people(where: " + "[" * 300 + "}}", "TOO_DEEP"),
    ],
)
async def test_documents_that_cannot_run_are_not_kept(service, document, code):
    async with client_of(service) as client:
        for n in range(20):
            answer = (await client.post("/graphql", json={"query": document.format(n=n)})).json()
            assert answer["errors"][0]["extensions"]["code"] == code
    assert _documents(service).bytes == 0


@pytest.mark.parametrize("scopes", [("track",), ("write",), ("cypher",)])
async def test_queries_of_those_who_may_not_read_are_neither_validated_nor_kept(service, tmp_path, clock, scopes):
    async with _client(service, tmp_path, clock, *scopes, public=scopes == ("track",)) as client:
        for document in ("{ people { totalCount } }", "{ nobody }", "#" * 10 + "\n{ __schema { types { name } } }"):
            response = await client.post("/graphql", json={"query": document})
            assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    assert _documents(service).bytes == 0


async def test_a_key_without_any_use_of_the_api_is_refused_before_a_document_is_parsed(service, tmp_path, clock):
    async with _client(service, tmp_path, clock, "cypher") as client:
        assert (await client.post("/graphql", json={"query": "{ { {"})).status_code == 403


async def test_documents_and_plans_that_are_kept_stay_within_their_bytes(filled: Api, writer, clock, tmp_path):
    limits = Limits(documents=200_000)
    app = create_app(filled.graph, writer, None, clock, ApiSettings(keys=tmp_path / "none.json", limits=limits))
    async with client_of(app) as client:
        for n in range(60):
            body = {
                "query": f"query Q($w: Criteria) {{ a{n % 7}: people(where: $w) {{ totalCount }} }} #{'x' * 5000}{n % 7}",
                "variables": {"w": f"score > {n}"},
            }
            assert "errors" not in (await client.post("/graphql", json=body)).json()
            assert 0 < _documents(app).bytes <= limits.documents


async def test_plans_of_one_operation_stay_within_their_bytes(filled: Api, writer, clock, tmp_path):
    app = create_app(filled.graph, writer, None, clock, ApiSettings(keys=tmp_path / "none.json"))
    document = "query Q($w: Criteria) { people(where: $w) { totalCount } }"
    async with client_of(app) as client:
        for n in range(PLANS_PER_OPERATION + 30):
            variables = {"w": f"score > {n} or " + " or ".join(f"name = '{n} {'y' * 40} {m}'" for m in range(20))}
            assert (
                "errors" not in (await client.post("/graphql", json={"query": document, "variables": variables})).json()
            )
    kept = _documents(app).find(document)
    assert kept is not None
    (plans,) = kept.plans.values()
    assert len(plans.plans) <= PLANS_PER_OPERATION
    assert 0 < plans.bytes <= BYTES_PER_OPERATION
    assert _documents(app).bytes == kept.bytes


# ---------------------------------------------------------------- the schema about itself

STANDARD = {
    "as it is": {},
    "with everything": {
        "descriptions": True,
        "specified_by_url": True,
        "directive_is_repeatable": True,
        "schema_description": True,
        "input_value_deprecation": True,
        "experimental_directive_deprecation": False,
        "one_of": True,
    },
    "without descriptions": {"descriptions": False},
    "far down": {"type_depth": 30},
}


@pytest.mark.parametrize("options", STANDARD.values(), ids=STANDARD)
async def test_clients_read_the_whole_schema(api: Api, options):
    found = await api.data(get_introspection_query(**options))
    assert len(print_schema(build_client_schema(found))) > 10_000


async def test_what_is_below_the_schema_counts(api: Api):
    aliases = " ".join(f"a{n}: types {{ name fields {{ name }} }}" for n in range(300))
    assert await api.code(f"{{ __schema {{ {aliases} }} }}") == "TOO_MANY_ALIASES"
    fields = "name " * 1100
    assert await api.code(f"{{ __schema {{ types {{ {fields} }} }} }}") == "TOO_MANY_FIELDS"
    deep = "type { fields { " * 12
    assert await api.code(f"{{ __schema {{ types {{ fields {{ {deep} name {'} }' * 12} }} }} }} }}") == "TOO_DEEP"


async def test_what_multiplies_below_the_schema_ends_at_a_bound(api: Api):
    many = " ".join(f"a{n}: fields {{ type {{ fields {{ args {{ name }} }} }} }}" for n in range(90))
    error = await api.error(f"{{ __schema {{ types {{ {many} }} }} }}")
    assert error["extensions"]["code"] == "TOO_COSTLY"


async def test_nobody_waits_for_who_reads_much_of_the_schema(api: Api):
    wide = " ".join(f"a{n}: types {{ fields {{ name args {{ name }} }} }}" for n in range(20))
    reading = asyncio.create_task(api.ask(f"{{ __schema {{ {wide} }} }}"))
    await asyncio.sleep(0)
    for _ in range(3):
        assert (await api.client.get("/health")).status_code == 200
    assert not reading.done()
    await reading


# ---------------------------------------------------------------- what is selected again and again


async def test_a_field_that_is_repeated_hundreds_of_times_is_refused(api: Api):
    error = await api.error("{ " + "organisations(first: 1) { totalCount } " * 450 + "}")
    assert error["extensions"]["code"] == "TOO_MANY_REPEATS"


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


# ---------------------------------------------------------------- lists

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


# ---------------------------------------------------------------- criteria and searches

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


# ---------------------------------------------------------------- what a key may see below a payload

STAGE = 'stage: {key: "s", name: "S", entry: "name has any value", exit: {mode: ONGOING}}'
PEEKS = {
    "define": [
        f"saveStage({STAGE}) {{ stage {{ preview {{ sample {{ name }} }} }} }}",
        f"saveStage({STAGE}) {{ stage {{ key }} }}",
        f"saveStage({STAGE}) {{ change {{ entering {{ sample {{ name members: memberships {{ totalCount }} }} }} }} }}",
        'setStageStatus(stage: "s", status: LIVE) { ...on StagePayload { stage { occupants { totalCount } } } }',
        'saveJourney(journey: {key: "customer"}) { journey { stages { key } } }',
        'saveObjective(stage: "s", objective: {key: "k", name: "n"}) { objective { key } }',
        'defineRollUp(rollUp: {name: "n", of: {aggregation: COUNT}}) { attribute { name } }',
        'setPrecedence(entity: "person", attribute: "score", sources: ["a"]) { attribute { name } }',
    ],
    "write": [
        'mergePeople(from: "p_001", into: "p_002") { person { email } }',
        'unmergePeople(from: "p_001", into: "p_002") { person { email } }',
        'mergeOrganisations(from: "o_001", into: "o_002") { organisation { name } }',
        'putInStage(organisation: "o_001", stage: "s") { stay { id } }',
        'takeOutOfStage(organisation: "o_001", stage: "s") { stay { organisation { name } } }',
        'completeObjective(organisation: "o_001", objective: "k") { state { instant } }',
        'snoozeSignal(objective: "k", until: "2100-01-01T00:00:00Z") { objective { key } }',
    ],
}


@pytest.mark.parametrize("scope", PEEKS)
async def test_what_is_read_below_a_payload_needs_read_v1(filled: Api, service, tmp_path, clock, scope):
    async with _client(service, tmp_path, clock, scope) as client:
        for field in PEEKS[scope]:
            response = await client.post("/graphql", json={"query": f"mutation {{ {field} }}"})
            (error,) = response.json()["errors"]
            assert (response.status_code, error["extensions"]["code"]) == (403, "FORBIDDEN"), field
            assert "`read`" in error["message"]
    (left,) = await filled.graph.query(
        "MATCH (p:Person {id: 'p_001'}) RETURN p.mergedInto AS into, COUNT { MATCH (s:Stage) } AS stages", {}
    )
    assert left == {"into": None, "stages": 0}, "nothing was changed"


async def test_what_a_mutation_says_itself_needs_no_read_v1(filled: Api, service, tmp_path, clock):
    said = f"saveStage({STAGE}) {{ __typename warnings {{ code }} change {{ occupants entering {{ organisations }} }} userErrors {{ code message }} }}"
    async with _client(service, tmp_path, clock, "define") as client:
        answer = (await client.post("/graphql", json={"query": f"mutation {{ {said} }}"})).json()
    assert answer["data"]["saveStage"]["userErrors"] == []
    row = '[{identities: [{kind: "user_id", value: "new"}]}]'
    async with _client(service, tmp_path, clock, "write") as client:
        written = (
            f"mutation {{ upsertPeople(people: {row}) {{ created updated unchanged ids rejected {{ message }} }} }}"
        )
        assert (await client.post("/graphql", json={"query": written})).json()["data"]["upsertPeople"]["created"] == 1


async def test_a_payload_that_would_read_too_much_is_refused_before_anything_is_changed(filled: Api):
    much = "memberships(first: 200) { edges { node { events(first: 200) { edges { node { id } } } } } }"
    deep = f"organisation {{ memberships(first: 200) {{ edges {{ node {{ person {{ {much} }} }} }} }} }}"
    merge = f'mutation {{ mergeOrganisations(from: "o_001", into: "o_002") {{ {deep} }} }}'
    assert await filled.code(merge) == "TOO_COSTLY"
    assert (await filled.data('{ node(id: "o_001") { id } }'))["node"] == {"id": "o_001"}


# ---------------------------------------------------------------- how it is said


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
