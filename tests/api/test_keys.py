"""Keys and who asks (V1, V2)."""

import stat
from datetime import timedelta

import pytest

from api.app import ApiSettings, create_app
from api.auth import Refused, caller
from api.keys import KeyRing, create, listed, revoke
from graph.errors import UserMistake
from tests.api.conftest import client_of

ASK = {"query": "{ dataQuality { people } }"}
WRITE = {"query": "mutation { upsertPeople(people: []) { created } }"}
DEFINE = {"query": 'mutation { defineRollUp(rollUp: {name: "n", of: {aggregation: COUNT}}) { userErrors { code } } }'}
TRACK = {"query": "mutation { trackEvents(events: []) { created } }"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "keys.json"


@pytest.fixture
def service(graph, writer, clock, path):
    return create_app(graph, writer, None, clock, ApiSettings(keys=path))


def test_a_secret_is_told_once_and_kept_as_a_hash(path, clock):
    secret, key = create(path, "web", ["read"], clock)
    assert secret not in path.read_text()
    assert KeyRing(path, clock).find(secret) == key
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_expired_key_is_refused_and_still_counts_as_one(path, clock):
    secret, _ = create(path, "web", ["read"], clock, expires_at=clock.now() + timedelta(days=1))
    ring = KeyRing(path, clock)
    assert ring.find(secret)
    clock.advance(timedelta(days=1))
    assert ring.find(secret) is None
    assert not ring.empty


def test_a_running_service_takes_up_changes(path, clock):
    ring = KeyRing(path, clock)
    assert ring.empty
    secret, key = create(path, "web", ["read"], clock)
    assert ring.find(secret) == key
    revoke(path, key.id)
    assert ring.find(secret) is None
    assert listed(path) == []


def test_mistakes_are_told(path, clock):
    with pytest.raises(UserMistake, match="no scope 'all'"):
        create(path, "web", ["all"], clock)
    with pytest.raises(UserMistake, match="only track"):
        create(path, "web", ["read"], clock, public=True)
    with pytest.raises(UserMistake, match="no key 'nobody'"):
        revoke(path, "nobody")
    path.write_text("{}")
    with pytest.raises(UserMistake, match="not a file of keys"):
        listed(path)


@pytest.mark.parametrize(
    ("scope", "allowed", "refused"),
    [
        ("read", [ASK], [WRITE, DEFINE, TRACK]),
        ("write", [WRITE, TRACK], [ASK, DEFINE]),
        ("track", [TRACK], [ASK, WRITE]),
        ("define", [DEFINE], [ASK, WRITE]),
        ("admin", [ASK, WRITE, DEFINE, TRACK], []),
    ],
)
async def test_a_scope_allows_what_it_names(service, path, clock, scope, allowed, refused):
    secret, _ = create(path, "k", [scope], clock)
    async with client_of(service, authorization=f"Bearer {secret}") as client:
        for body in allowed:
            assert (await client.post("/graphql", json=body)).status_code == 200
        for body in refused:
            response = await client.post("/graphql", json=body)
            assert response.status_code == 403
            assert response.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_without_its_key_nobody_is_answered(service, path, clock):
    create(path, "k", ["read"], clock)
    for header in ({}, {"authorization": "Bearer nonsense"}, {"authorization": "Basic !!"}):
        async with client_of(service, **header) as client:
            response = await client.post("/graphql", json=ASK)
            assert response.status_code == 401
            assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("headers", "peer"),
    [
        ({"host": "localhost:8080"}, "192.0.2.7"),
        ({"host": "evil.test"}, "127.0.0.1"),
        ({"host": "127.0.0.1.evil.test:80"}, "127.0.0.1"),
        ({"host": "localhost", "origin": "https://evil.test"}, "127.0.0.1"),
        ({}, "::ffff:192.0.2.7"),
    ],
)
def test_without_keys_only_this_machine_is_served(path, clock, headers, peer):
    with pytest.raises(Refused) as refused:
        caller(KeyRing(path, clock), headers, peer)
    assert refused.value.status == 403


@pytest.mark.parametrize(
    "headers",
    [{"host": "localhost:8080"}, {"host": "127.0.0.1"}, {"host": "[::1]:8080", "origin": "http://localhost:3000"}],
)
def test_this_machine_is_served_without_keys(path, clock, headers):
    assert caller(KeyRing(path, clock), headers, "127.0.0.1").allows("write")


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
