"""The command line: help that teaches, errors in a sentence, exit codes as docs/cli.md has them."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main

from loaders import LoadOptions, Summary, load
from membergraph.cli.application import app
from tests.loaders.files import Remembering
from tests.membergraph.commands import Run

ROOT = Path(__file__).parents[2]
PAGES = ["docs/cli.md", "docs/loading.md", "docs/segment.md"]
COMMAND: Any = typer.main.get_command(app)


@pytest.fixture
def run(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command with a data directory of its own."""
    monkeypatch.setenv("MEMBERGRAPH_DATA_DIR", str(tmp_path / "data"))
    return run


def commands(command: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not hasattr(command, "commands"):
        return [path]
    itself = [path] if command.invoke_without_command else []
    return itself + [found for name, below in command.commands.items() for found in commands(below, (*path, name))]


@pytest.mark.parametrize("path", commands(COMMAND), ids=" ".join)
def test_every_command_has_help_that_teaches(path: tuple[str, ...], run: Run):
    code, out, _ = run(*path, "--help")
    assert code == 0
    assert "Usage" in out
    group = run(path[0], "--help")[1] if len(path) > 1 else out
    assert f"membergraph {path[0]}" in group + out, "help shows an example"


def test_help_shows_brackets_as_they_are_written(run: Run):
    assert "[[file]]" in run("load", "--help")[1]


def invocations() -> list[tuple[str, str]]:
    lines = re.compile(r"^\$ membergraph (.*)$", re.MULTILINE)
    return [(page, line) for page in PAGES for line in lines.findall((ROOT / page).read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("page", "line"), invocations())
def test_every_command_in_the_pages_is_one(page: str, line: str):
    command: Any = COMMAND
    arguments = shlex.split(line)
    while hasattr(command, "commands"):
        if command.invoke_without_command and (not arguments or arguments[0].startswith("-")):
            break
        name = arguments.pop(0)
        assert name in command.commands, f"{page}: {line}"
        command = command.commands[name]
    command.make_context(command.name, arguments, resilient_parsing=False)


@pytest.mark.parametrize("path", commands(COMMAND), ids=" ".join)
def test_every_command_is_documented(path: tuple[str, ...]):
    page = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    assert re.search(rf"\$ membergraph {' '.join(path)}\b", page)


def test_without_a_command_the_help_is_shown(run: Run):
    code, out, err = run()
    assert code in (0, 2)
    assert "serve" in out + err


@pytest.mark.parametrize(
    "arguments", [("lod",), ("load",), ("serve", "--prot", "1"), ("serve", "--port", "x"), ("keys", "create", "a")]
)
def test_wrong_usage_is_told_with_code_2(arguments: tuple[str, ...], run: Run):
    code, _, err = run(*arguments)
    assert code == 2
    assert err


def test_settings_are_shown_with_their_defaults_and_meaning(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MEMBERGRAPH_PORT", "9000")
    code, out, _ = run("settings")
    assert code == 0
    assert re.search(r"MEMBERGRAPH_PORT +9000 \* +8080 +Port", out)
    found = {one["name"]: one for one in json.loads(run("settings", "--json")[1])}
    assert found["MEMBERGRAPH_PORT"]["given"] is True


def test_a_setting_that_is_none_is_told(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MEMBERGRAPH_PROT", "9000")
    code, _, err = run("settings")
    assert (code, "MEMBERGRAPH_PROT is no setting" in err, "→" in err) == (1, True, True)


def test_keys_are_made_listed_and_revoked(run: Run):
    assert "There is no key" in run("keys", "list")[1]
    code, out, _ = run("keys", "create", "website", "--scope", "track", "--public", "--expires", "90d")
    secret = out.split()[-1]
    assert (code, secret[:3]) == (0, "mg_")
    (key,) = json.loads(run("keys", "list", "--json")[1])
    assert (key["name"], key["scopes"], key["public"]) == ("website", "track", True)
    assert secret not in run("keys", "list")[1]
    assert run("keys", "revoke", "website")[0] == 0
    code, _, err = run("keys", "revoke", "website")
    assert (code, "There is no key 'website'" in err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--scope", "all"), "There is no scope 'all'"),
        (("--scope", "write", "--public"), "A public key may only track"),
        (("--scope", "read", "--expires", "soon"), "'soon' is no time"),
    ],
)
def test_a_key_that_cannot_be_is_told(arguments: tuple[str, ...], message: str, run: Run):
    code, _, err = run("keys", "create", "name", *arguments)
    assert (code, message in err) == (1, True)


def test_questions_are_listed_and_explained_without_a_graph(run: Run):
    assert "accounts_activated" in run("ask")[1]
    assert {"name", "title"} <= json.loads(run("ask", "--json")[1])[0].keys()
    code, out, _ = run("ask", "accounts_activated", "--about")
    assert code == 0
    assert "MATCH" in out
    code, _, err = run("ask", "accounts_activatd", "--about")
    assert (code, "Did you mean accounts_activated" in err) == (1, True)


def test_a_service_listens_elsewhere_only_with_a_key(run: Run):
    code, _, err = run("serve", "--host", "0.0.0.0", "--port", "0")
    assert (code, "without a key" in err, "keys create" in err) == (1, True, True)


@pytest.mark.parametrize("content", [b"", b"{}", b'{"keys": [{"id": 1', None])
def test_a_service_does_not_start_with_a_broken_file_of_keys(run: Run, tmp_path: Path, content: bytes | None):
    path = tmp_path / "data" / "keys.json"
    path.parent.mkdir()
    path.mkdir() if content is None else path.write_bytes(content)
    for arguments in (("serve", "--port", "0"), ("keys", "list"), ("keys", "create", "a", "--scope", "read")):
        code, out, err = run(*arguments)
        assert (code, out, str(path) in err, "→" in err) == (1, "", True, True)
    assert not (tmp_path / "data" / "graph").exists(), "the engine was started"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\t ", "is empty"),
        (bytes(64), "is not text"),
        (b"\xff\xfe" * 20, "is not text"),
        (b"short", "has 5 characters; it needs 16 at least"),
        (None, "cannot be read"),
    ],
)
def test_a_service_does_not_start_with_a_secret_that_keeps_none(
    run: Run, tmp_path: Path, content: bytes | None, message: str
):
    path = tmp_path / "data" / "secret"
    path.parent.mkdir()
    path.mkdir() if content is None else path.write_bytes(content)
    code, _, err = run("serve", "--port", "0")
    assert (code, message in err, str(path) in err, "→" in err) == (1, True, True, True), err
    assert not (tmp_path / "data" / "graph").exists(), "the engine was started"


def test_a_secret_of_the_environment_is_checked_and_never_shown(run: Run, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MEMBERGRAPH_SECRET", "hush-hush")
    code, _, err = run("serve", "--port", "0")
    assert (code, "MEMBERGRAPH_SECRET has 9 characters" in err, "hush" in err) == (1, True, False)


def test_an_error_does_not_echo_more_of_an_input_than_shows_which(run: Run, monkeypatch: pytest.MonkeyPatch):
    long = "x" * 40_000
    for arguments in (
        ("keys", "create", long, "--scope", "read"),
        ("keys", "create", "a", "--scope", long),
        ("keys", "create", "a", "--scope", "read", "--expires", long),
        ("keys", "revoke", long),
        ("serve", "--host", long, "--port", "0"),
        ("ask", long, "--about"),
        ("criteria", "check", f"plan = '{long}"),
    ):
        code, out, err = run(*arguments)
        assert code == 1, (arguments[:2], err[:300])
        assert len(out + err) < 1_000, arguments[:2]
    monkeypatch.setenv("MEMBERGRAPH_TIMEOUT", long)
    assert len(run("settings")[2]) < 500
    monkeypatch.delenv("MEMBERGRAPH_TIMEOUT")
    monkeypatch.setenv(f"MEMBERGRAPH_{long.upper()}", "1")
    assert len(run("settings")[2]) < 500


def test_an_address_that_is_taken_is_told_with_a_port_that_is_another(run: Run):
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, err = run("serve", "--port", str(taken.getsockname()[1]))
    assert (code, "cannot be listened on" in err, "another port" in err) == (1, True, True)


def test_a_mapping_that_cannot_be_used_is_told_before_the_graph_is_opened(run: Run, tmp_path: Path):
    (tmp_path / "people.csv").write_text("email\na@x.test\n")
    (tmp_path / "m.toml").write_text('kind = "persn"\n')
    code, _, err = run("load", "people.csv", "--mapping", "m.toml")
    assert (code, "did you mean `person`" in err) == (1, True)
    assert not (tmp_path / "data").exists()


def test_what_was_loaded_before_a_file_that_cannot_be_read_is_shown(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    async def to_memory(_: object, files: list[Path], options: LoadOptions) -> Summary:
        return await load(files, Remembering(), options)

    monkeypatch.setattr("membergraph.cli.loading._load", to_memory)
    (tmp_path / "people.csv").write_text("email\na@x.test\n")
    (tmp_path / "more.csv").write_text("<html>")
    code, out, err = run("load", "people.csv", "more.csv")
    assert (code, "HTML or XML" in err) == (1, True)
    assert re.search(r"people.csv +1 +1 +0 +0 +0", out)
    assert "identities: email (email)" in err, "the guess is shown"
    code, out, _ = run("load", "people.csv", "--dry-run")
    assert (code, "Nothing was changed" in out) == (0, True)


def test_a_service_that_is_not_there_is_told(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("loaders.service.TRIES", 1)
    (tmp_path / "people.csv").write_text("email\na@x.test\n")
    code, _, err = run("load", "people.csv", "--to", "http://127.0.0.1:9")
    assert (code, "does not answer" in err, "membergraph serve" in err) == (1, True, True)
    assert run("load", "people.csv", "--to", "127.0.0.1")[0] == 1


def test_an_unforeseen_failure_is_a_sentence_too(run: Run, monkeypatch: pytest.MonkeyPatch):
    def broken() -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("membergraph.cli.ask.questions", broken)
    code, _, err = run("ask")
    assert (code, "ZeroDivisionError" in err, "defect" in err) == (1, True, True)


def test_ctrl_c_is_told_with_its_code(run: Run, monkeypatch: pytest.MonkeyPatch):
    def stopped() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("membergraph.cli.ask.questions", stopped)
    assert run("ask")[0] in (1, 130)
