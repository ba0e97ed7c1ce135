"""`membergraph sources` shows what was loaded, how it ended and how far it came, with and without a service."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow.parquet import write_table

from tests.membergraph.commands import Run
from tests.sdks.services import serving


def test_loads_through_a_service_are_shown_with_their_counts(settings: dict[str, str], run: Run, tmp_path: Path):
    (tmp_path / "people.csv").write_text("email,plan\na@x.test,pro\nno address,pro\n")
    (tmp_path / "cut.jsonl").write_text('{"email": "b@x.test"}\n{"email": "c@x.test"}\n')
    with serving(**settings) as service:
        through = ("--to", service.address)
        assert "Nothing was loaded yet" in run("sources", *through)[1]
        assert run("load", "people.csv", "cut.jsonl", "--source", "crm", *through)[0] == 3
        code, out, _ = run("sources", *through)
        assert (code, out.split("\n")[1].split()[:2]) == (0, ["crm", "files"])
        assert out.split("\n")[1].split()[3:] == ["complete", "4", "3", "0", "0", "1", "2", "streams"]
        code, out, _ = run("sources", "crm", *through)
        assert [line.split()[:2] for line in out.split("\n")[1:4]] == [
            ["stream", "cursor"], ["cut.jsonl", "complete"], ["people.csv", "complete"],
        ]  # fmt: skip
        assert out.rstrip().split("\n")[-1].split() == ["cut.jsonl", "2", "2", "0", "0", "0"]
        (source,) = json.loads(run("sources", "--json", *through)[1])
        assert [each["name"] for each in source["runs"][0]["streams"]] == ["people.csv", "cut.jsonl"]
        code, _, err = run("sources", "nobody", *through)
        assert (code, "Nothing was ever loaded from 'nobody'" in err) == (1, True)


@pytest.mark.starts
def test_a_load_in_this_process_is_shown(
    settings: dict[str, str],
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "people.csv").write_text("email\na@x.test\n")
    assert run("load", "people.csv")[0] == 0
    code, out, _ = run("sources")
    assert (code, out.split("\n")[1].split()[3:]) == (0, ["complete", "1", "1", "0", "0", "0", "complete"])


def test_a_file_whose_number_of_rows_is_known_is_shown_with_it(
    settings: dict[str, str], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    write_table(pa.table({"email": ["a@x.test", "b@x.test"]}), tmp_path / "people.parquet")
    assert run("load", "people.parquet", "--source", "crm [red]\x1b[31m:100:")[0] == 0
    code, out, err = run("sources", "crm [red]\x1b[31m:100:")
    assert (code, out.split("\n")[0]) == (0, "crm [red]\ufffd[31m:100:: files"), err
    assert out.rstrip().split("\n")[-1].split() == ["people.parquet", "2", "of", "2", "2", "0", "0", "0"]
