"""Caches of documents and plans: what cannot run is not cached, and the rest stays within a bound."""

from __future__ import annotations

from typing import Any

import pytest

from api.app import ApiSettings, create_app
from api.graphql.documents import BYTES_PER_OPERATION, PLANS_PER_OPERATION, DocumentCache
from api.limits import Limits
from tests.api.conftest import Api, client_of
from tests.api.hostile.clients import client_with_key


def _documents(app: Any) -> DocumentCache:
    """Return the documents that a service has cached."""
    endpoint = next(cell.cell_contents for cell in app.__closure__ if hasattr(cell.cell_contents, "_service"))
    found: DocumentCache = endpoint._service._documents
    return found


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
async def test_queries_of_those_who_may_not_read_are_neither_validated_nor_kept(service, keys_file, clock, scopes):
    async with client_with_key(service, keys_file, clock, *scopes, public=scopes == ("track",)) as client:
        for document in ("{ people { totalCount } }", "{ nobody }", "#" * 10 + "\n{ __schema { types { name } } }"):
            response = await client.post("/graphql", json={"query": document})
            assert (response.status_code, response.json()["errors"][0]["extensions"]["code"]) == (403, "FORBIDDEN")
    assert _documents(service).bytes == 0


async def test_a_key_without_any_use_of_the_api_is_refused_before_a_document_is_parsed(service, keys_file, clock):
    async with client_with_key(service, keys_file, clock, "cypher") as client:
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
