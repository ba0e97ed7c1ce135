"""Keys, and the authentication of callers (V1, V2)."""

import asyncio
import base64
import json
import re
import stat
import sys
from datetime import timedelta

import pytest

from api.auth import AccessDenied, authenticate
from api.keys import KeyRing, create, list_keys, revoke
from api.refusal_log import RefusalLog, prefix
from graph.errors import UserMistake
from tests.api.conftest import client_of
from tests.sdks.services import ROOT

ASK = {"query": "{ dataQuality { people } }"}
WRITE = {"query": "mutation { upsertPeople(people: []) { created } }"}
DEFINE = {"query": 'mutation { defineRollUp(rollUp: {name: "n", of: {aggregation: COUNT}}) { userErrors { code } } }'}
TRACK = {"query": "mutation { trackEvents(events: []) { created } }"}


def test_a_secret_is_told_once_and_kept_as_a_hash(keys_file, clock):
    secret, key = create(keys_file, "web", ["read"], clock)
    assert secret not in keys_file.read_text()
    assert KeyRing(keys_file, clock).find(secret) == key
    assert stat.S_IMODE(keys_file.stat().st_mode) == 0o600


def test_an_expired_key_is_refused_and_still_counts_as_one(keys_file, clock):
    secret, _ = create(keys_file, "web", ["read"], clock, expires_at=clock.now() + timedelta(days=1))
    ring = KeyRing(keys_file, clock)
    assert ring.find(secret)
    clock.advance(timedelta(days=1))
    assert ring.find(secret) is None
    assert not ring.empty


def test_a_running_service_takes_up_changes(keys_file, clock):
    ring = KeyRing(keys_file, clock)
    assert ring.empty
    secret, key = create(keys_file, "web", ["read"], clock)
    assert ring.find(secret) == key
    revoke(keys_file, key.id)
    assert ring.find(secret) is None
    assert list_keys(keys_file) == []


def test_mistakes_are_told(keys_file, clock):
    with pytest.raises(UserMistake, match="no scope 'all'"):
        create(keys_file, "web", ["all"], clock)
    with pytest.raises(UserMistake, match="only track"):
        create(keys_file, "web", ["read"], clock, public=True)
    with pytest.raises(UserMistake, match="no key 'nobody'"):
        revoke(keys_file, "nobody")
    for name in ("", "  ", "a\nb", "n" * 101, "hand", "api", "segment:web", "public:web"):
        with pytest.raises(UserMistake, match="cannot be named"):
            create(keys_file, name, ["read"], clock)


GOOD = {"id": "1", "name": "k", "hash": "h", "scopes": ["read"], "created_at": 1}
BROKEN = {
    "empty": b"",
    "cut short": b'{"keys": [{"id": "1", "na',
    "not text": b"\xff\xfe\x00",
    "nothing": b"null",
    "a list": b"[]",
    "no list of keys": b"{}",
    "keys by name": b'{"keys": {}}',
    "no key": b'{"keys": [1]}',
    **{
        f"without {name}": json.dumps({"keys": [{k: v for k, v in GOOD.items() if k != name}]}).encode()
        for name in GOOD
    },
    **{
        f"{name} {value!r}": json.dumps({"keys": [{**GOOD, name: value}]}).encode()
        for name, value in (
            ("scopes", ["all"]),
            ("scopes", "read"),
            ("scopes", []),
            ("scopes", [["read"]]),
            ("hash", 1),
            ("created_at", "now"),
            ("expires_at", "never"),
            ("public", "no"),
            ("more", 1),
            ("x" * 5000, 1),
        )
    },
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_is_told_with_its_name_what_is_wrong_and_what_would_be_right(keys_file, clock, kind):
    keys_file.write_bytes(BROKEN[kind])
    for use in (
        lambda: list_keys(keys_file),
        lambda: create(keys_file, "k", ["read"], clock),
        lambda: revoke(keys_file, "k"),
    ):
        with pytest.raises(UserMistake, match=re.escape(str(keys_file))) as raised:
            use()
        assert raised.value.code == "KEYS_FILE"
        assert len(str(raised.value)) < len(str(keys_file)) + 300
        assert "back-up" in str(raised.value)
    assert keys_file.read_bytes() == BROKEN[kind]


def test_a_folder_in_place_of_the_file_is_told(keys_file, clock):
    keys_file.mkdir()
    with pytest.raises(UserMistake, match="cannot be read"):
        create(keys_file, "k", ["read"], clock)


def test_a_folder_that_takes_no_file_is_told(tmp_path, clock):
    (tmp_path / "taken").write_text("")
    with pytest.raises(UserMistake, match="cannot be written"):
        create(tmp_path / "taken" / "keys.json", "k", ["read"], clock)


async def test_while_the_file_is_broken_every_key_is_refused_without_its_path_and_the_log_says_it_once(
    service, keys_file, clock, caplog
):
    secret, _ = create(keys_file, "k", ["admin"], clock)
    good = keys_file.read_bytes()
    async with client_of(service, authorization=f"Bearer {secret}") as client:
        for content in (b"", good[:50], None):
            assert (await client.post("/graphql", json=ASK)).status_code == 200
            caplog.clear()
            if content is None:
                keys_file.unlink()
            else:
                keys_file.write_bytes(content)
            for _ in range(3):
                graphql = await client.post("/graphql", json=ASK)
                tracking = await client.post("/v1/batch", json={"batch": []})
                preflight = await client.options("/v1/batch")
                assert graphql.status_code == tracking.status_code == preflight.status_code == 503
                assert graphql.json()["errors"][0]["extensions"]["code"] == "KEYS_UNREADABLE"
                assert tracking.json()["code"] == "KEYS_UNREADABLE"
                assert str(keys_file.parent) not in graphql.text + tracking.text + preflight.text
            assert sum(str(keys_file) in message for message in caplog.messages) == 1
            keys_file.write_bytes(good)


async def test_keys_that_are_made_at_once_are_all_kept(keys_file, clock):
    code = (
        "import sys; from pathlib import Path; from api.keys import create; from graph.clock import SystemClock\n"
        "for n in range(15): create(Path(sys.argv[1]), f'{sys.argv[2]}-{n}', ['read'], SystemClock())"
    )
    makers = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", code, str(keys_file), str(n), cwd=ROOT)
        for n in range(3)
    ]
    assert [await maker.wait() for maker in makers] == [0, 0, 0]
    assert {key.name for key in list_keys(keys_file)} == {f"{n}-{i}" for n in range(3) for i in range(15)}


@pytest.mark.parametrize(
    ("scope", "allowed", "refused"),
    [
        ("read", [ASK], [WRITE, DEFINE, TRACK]),
        ("write", [WRITE, TRACK], [ASK, DEFINE]),
        ("track", [TRACK], [ASK, WRITE]),
        ("define", [DEFINE], [ASK, WRITE]),
        ("sources", [], [ASK, WRITE, DEFINE, TRACK]),
        ("admin", [ASK, WRITE, DEFINE, TRACK], []),
    ],
)
async def test_a_scope_allows_what_it_names(service, keys_file, clock, scope, allowed, refused):
    secret, _ = create(keys_file, "k", [scope], clock)
    async with client_of(service, authorization=f"Bearer {secret}") as client:
        for body in allowed:
            assert (await client.post("/graphql", json=body)).status_code == 200
        for body in refused:
            response = await client.post("/graphql", json=body)
            assert response.status_code == 403
            assert response.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_without_its_key_nobody_is_answered(service, keys_file, clock):
    create(keys_file, "k", ["read"], clock)
    for header in ({}, {"authorization": "Bearer nonsense"}, {"authorization": "Basic !!"}):
        async with client_of(service, **header) as client:
            response = await client.post("/graphql", json=ASK)
            assert response.status_code == 401
            assert response.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "authorization",
    [
        b"",
        b" ",
        b"Bearer",
        b"Bearer ",
        b"Bearer \xff\xfe",
        b"Bearer " + b"x" * 60_000,
        b"Basic",
        b"Basic !!",
        b"Basic \xe4\xf6",
        b"Basic " + base64.b64encode(b"\xff\xfe:"),
        b"Basic " + base64.b64encode(b":password"),
        b"Digest x",
        b"\xc3\xa4",
        b"Bearer a b",
    ],
)
async def test_no_authorization_breaks_anything(service, keys_file, clock, authorization):
    create(keys_file, "k", ["read"], clock)
    async with client_of(service) as client:
        for path_ in ("/graphql", "/v1/batch"):
            response = await client.post(path_, json={"batch": [], **ASK}, headers={b"authorization": authorization})
            assert response.status_code == 401


def test_a_refused_key_leaves_one_line_with_its_prefix_and_address(keys_file, clock, caplog, monkeypatch):
    monkeypatch.setattr("api.auth.REFUSAL_LOG", RefusalLog())
    secret, key = create(keys_file, "k", ["read"], clock)
    ring = KeyRing(keys_file, clock)
    revoke(keys_file, key.id)
    create(keys_file, "other", ["read"], clock)
    for _ in range(5):
        with pytest.raises(AccessDenied):
            authenticate(ring, {"authorization": f"Bearer {secret}"}, "192.0.2.7")
    (line,) = [message for message in caplog.messages if "192.0.2.7" in message]
    assert secret[:7] in line
    assert secret[:9] not in line


def test_refused_keys_cannot_fill_the_log(caplog):
    seconds = [0.0]
    refusals = RefusalLog(lambda: seconds[0])
    for n in range(1000):
        refusals.note(f"key {n}", "192.0.2.7")
    assert len(caplog.messages) == 20
    seconds[0] = 61
    refusals.note("key 1", "192.0.2.7")
    assert "980 times more" in caplog.messages[-2]
    assert len(caplog.messages) == 22


@pytest.mark.parametrize("secret", ["abc", "x" * 12, "mg_" + "a" * 32, "\n\r\x1b[31m" * 9, "\udcff" * 40])
def test_a_prefix_is_on_one_line_and_at_most_a_quarter_of_the_key(secret):
    shown = prefix(secret).removeprefix("the key ").removesuffix("…")
    assert shown.isprintable()
    assert len(shown.encode().decode("unicode_escape")) <= len(secret) / 4
