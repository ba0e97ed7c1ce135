"""A service without keys serves only its own machine, and no web page can make it do anything (V1)."""

import pytest

from api.auth import AccessDenied, authenticate
from api.keys import KeyRing
from tests.api.conftest import client_of

ASK = {"query": "{ dataQuality { people } }"}
WRITE = {"query": "mutation { upsertPeople(people: []) { created } }"}

NO_HOSTS = (
    "", "[", "]", "[]", "[::1", "::1", "[::1]x", "[::1%lo]", "[::2]", "localhost:99999", "localhost:x", "localhost:-1",
    "localhost/", "localhost?", "localhost#", "a@localhost", "localhost@evil.test", "localhost, localhost", "localhost ",
    "l\xf6calhost", "\uff4cocalhost", "localhost\x00", "localhost.evil.test", "0.0.0.0", "127.1", "2130706433", "x" * 50_000,
)  # fmt: skip
NO_ORIGINS = (
    "", "null", "http://[", "http://", "http:///", "//localhost", "localhost", "file://localhost", "http://localhost/x",
    "http://evil.test", "http://a@localhost", "http://localhost:x", "\xff", "x" * 50_000,
)  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        ({"host": "localhost:8080"}, "192.0.2.7"),
        ({"host": "evil.test"}, "127.0.0.1"),
        ({"host": "127.0.0.1.evil.test:80"}, "127.0.0.1"),
        ({"host": "localhost", "origin": "https://evil.test"}, "127.0.0.1"),
        ({}, "::ffff:192.0.2.7"),
        ({}, "127.0.0.1"),
        ({"host": "localhost"}, "not an address"),
        *(({"host": host}, "127.0.0.1") for host in NO_HOSTS),
        *(({"host": "localhost", "origin": origin}, "127.0.0.1") for origin in NO_ORIGINS),
    ],
)
def test_without_keys_only_this_machine_is_served(keys_file, clock, headers, peer):
    with pytest.raises(AccessDenied) as refused:
        authenticate(KeyRing(keys_file, clock), headers, peer)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "localhost:8080"},
        {"host": "127.0.0.1"},
        {"host": "[::1]:8080", "origin": "http://localhost:3000"},
        {"host": "LOCALHOST"},
        {"host": "localhost:"},
        {"host": "127.0.0.2:1"},
        {"host": "[::1]"},
        {"host": "[0:0:0:0:0:0:0:1]:8080"},
        {"host": "localhost", "origin": "https://[::1]:3000"},
    ],
)
def test_this_machine_is_served_without_keys(keys_file, clock, headers):
    for peer in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        assert authenticate(KeyRing(keys_file, clock), headers, peer).allows("write")


async def test_several_hosts_are_none(service):
    async with client_of(service) as client:
        for path_ in ("/graphql", "/v1/batch"):
            content = b'{"batch": []}'
            headers = [("host", "localhost"), ("host", "localhost"), ("content-type", "application/json")]
            response = await client.post(path_, content=content, headers=headers)
            assert response.status_code == 403


async def test_a_form_of_another_page_cannot_ask(service):
    async with client_of(service) as client:
        response = await client.post(
            "/graphql", content='{"query": "{ __typename }"}', headers={"content-type": "text/plain"}
        )
        assert response.status_code == 415


async def test_no_mutation_by_get(service):
    async with client_of(service) as client:
        response = await client.get("/graphql", params={"query": "mutation { upsertPeople(people: []) { created } }"})
        assert (response.status_code, response.headers["allow"]) == (405, "POST")
