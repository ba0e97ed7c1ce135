"""People and organisations are found by any spelling of an identity (I6)."""

from __future__ import annotations

import pytest

from graph.engine import Graph
from graph.references import resolve_reference
from graph.writer import Writer
from tests.api.conftest import Api

ROWS = [
    {"type": "person", "identities": [{"kind": "user_id", "value": "Jürgen"}], "email": "Ann@Bücher.example", "source": "crm"},
    {"type": "organisation", "identities": [{"kind": "organisation_id", "value": "1"}], "domain": "bücher.example", "source": "crm"},
]  # fmt: skip
DOMAINS = ["bücher.example", "xn--bcher-kva.example", "https://www.BÜCHER.example/x", "bücher.example\u200b"]
EMAILS = ["ann@bücher.example", " ANN@xn--bcher-kva.example", "mailto:ann@bu\u0308cher.example"]


@pytest.fixture
async def asked(api: Api, writer: Writer) -> Api:
    assert (await writer.submit(ROWS)).rejected == []
    return api


@pytest.mark.parametrize("domain", DOMAINS, ids=ascii)
async def test_I6_an_organisation_is_found_by_its_domain(asked: Api, domain: str) -> None:
    found = await asked.data("query($d: String!) { organisation(by: {domain: $d}) { domain } }", d=domain)
    assert found["organisation"] == {"domain": "xn--bcher-kva.example"}
    where = f"domain = '{domain}'"
    assert (await asked.data("query($w: Criteria) { organisations(where: $w) { totalCount } }", w=where))["organisations"] == {
        "totalCount": 1
    }  # fmt: skip


@pytest.mark.parametrize("email", EMAILS, ids=ascii)
async def test_I6_a_person_is_found_by_an_email(asked: Api, graph: Graph, email: str) -> None:
    found = await asked.data("query($e: String!) { person(by: {email: $e}) { id email } }", e=email)
    assert found["person"]["email"] == "ann@xn--bcher-kva.example"
    among = f"email in ('nobody@x.test', '{email}')"
    people = await asked.data("query($w: Criteria) { people(where: $w) { totalCount } }", w=among)
    assert people["people"] == {"totalCount": 1}
    for text in (email, f"email:{email}"):
        assert await resolve_reference(graph, "person", text, "person") == found["person"]["id"]


@pytest.mark.parametrize("value", ["Ju\u0308rgen", " Jürgen\u200b"], ids=ascii)
async def test_I6_a_person_is_found_by_any_identity(asked: Api, value: str) -> None:
    by = {"identity": {"kind": "user_id", "value": value}}
    found = await asked.data("query($by: PersonRef!) { person(by: $by) { email } }", by=by)
    assert found["person"] == {"email": "ann@xn--bcher-kva.example"}


async def test_I6_a_criterion_keeps_a_text_that_is_no_address_as_it_is_written(asked: Api) -> None:
    for criterion, count in (("domain != 'No Domain'", 1), ("domain = 'No Domain'", 0), ("name = 'Bücher.example'", 0)):
        found = await asked.data("query($w: Criteria) { organisations(where: $w) { totalCount } }", w=criterion)
        assert found["organisations"] == {"totalCount": count}


@pytest.mark.parametrize("value", ["", "\x00", "x" * 5_000, "\u202e", "a@b@c"], ids=ascii)
async def test_I6_what_identifies_nobody_finds_nobody(asked: Api, value: str) -> None:
    found = await asked.data("query($e: String!) { person(by: {email: $e}) { id } }", e=value)
    assert found["person"] is None
