"""Settings of an empty graph, and commands run in the process of the tests."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from graph.engine import GraphSettings, open_graph
from membergraph.cli import output
from membergraph.cli.application import main
from tests.engines.wiping import wipe
from tests.membergraph.commands import Run
from tests.sdks.services import settings_on


@pytest.fixture
async def settings(engine_kind: str, engine_settings: GraphSettings, tmp_path: Path) -> dict[str, str]:
    """Settings of an empty graph that no other test has open."""
    own = replace(engine_settings, data_dir=tmp_path / "data")
    if engine_kind == "neo4j":
        graph = await open_graph(engine_settings)
        await wipe(graph)
        await graph.close()
    return settings_on(own)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run a command in this process and in a folder of its own. Its output is wide on every terminal."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(output.out, "width", 200)

    def run(*arguments: str) -> tuple[int, str, str]:
        code: object = 0
        try:
            main([*arguments])
        except SystemExit as leaving:
            code = leaving.code or 0
        printed = capsys.readouterr()
        assert "Traceback" not in printed.err + printed.out
        assert isinstance(code, int)
        return code, printed.out, printed.err

    return run
