"""A load keeps count of every record, holds little, and leaves what was refused ready to be mended (F9, F10)."""

from __future__ import annotations

import asyncio
import io
import resource
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from graph.writer import Origin, SubmitResult
from loaders import FileSummary, FileUnreadable, LoadOptions, MappingError, Progress, Summary, Watcher, load
from loaders.mapping import mapping_from
from loaders.sources.files.refused import RefusedRows
from tests.loaders.files import Remembering, write

PEOPLE = "email,name,plan\n"


def run(files: list[Path], destination: Any, folder: Path, **options: Any) -> Summary:
    return asyncio.run(load(files, destination, LoadOptions(refused=folder / "refused", **options)))


@pytest.fixture(autouse=True)
def refused(tmp_path: Path) -> Path:
    (tmp_path / "refused").mkdir()
    return tmp_path / "refused"


def test_every_record_is_counted_and_sent_in_batches(tmp_path: Path):
    path = write(tmp_path, "people.csv", PEOPLE + "".join(f"p{n}@x.test,P{n},pro\n" for n in range(25)))
    destination = Remembering()
    summary = run([path], destination, tmp_path, batch_rows=10)
    assert [len(batch) for batch in destination.batches] == [10, 10, 5]
    assert (summary.read, summary.files[0].created, summary.refused) == (25, 25, 0)
    assert destination.rows[3] == {
        "type": "person", "source": "file", "identities": [{"kind": "email", "value": "p3@x.test"}], "name": "P3", "attributes": {"plan": "pro"},
    }  # fmt: skip


def test_a_batch_has_at_most_so_many_bytes(tmp_path: Path):
    path = write(tmp_path, "people.csv", PEOPLE + "".join(f"p{n}@x.test,{'x' * 1000},pro\n" for n in range(10)))
    destination = Remembering()
    run([path], destination, tmp_path, batch_bytes=3_000)
    assert max(len(batch) for batch in destination.batches) == 3


def test_refused_rows_are_written_with_reason_line_and_record_and_load_again_once_mended(tmp_path: Path, refused: Path):
    content = PEOPLE + "a@x.test,bad,pro\nb@x.test,good,pro\nc@x.test\nd@x.test,bad,free\n"
    path = write(tmp_path, "people.csv", content)
    strict = Remembering(lambda row: "TOO_BAD" if row["name"] == "bad" else None)
    summary = run([path], strict, tmp_path)
    left = [orjson.loads(line) for line in (refused / "people.csv.refused.jsonl").read_bytes().splitlines()]
    assert [(one["refused"]["line"], one["refused"]["code"]) for one in sorted(left, key=lambda one: one["refused"]["line"])] == [
        (2, "TOO_BAD"), (4, "WRONG_NUMBER_OF_CELLS"), (5, "TOO_BAD"),
    ]  # fmt: skip
    assert (summary.read, summary.files[0].created, summary.refused, summary.codes) == (
        4,
        1,
        3,
        {"TOO_BAD": 2, "WRONG_NUMBER_OF_CELLS": 1},
    )
    assert summary.files[0].refused_file == refused / "people.csv.refused.jsonl"

    mended = Remembering()
    again = run([refused / "people.csv.refused.jsonl"], mended, tmp_path, mapping=mapping_from({"file": [
        {"name": "people.csv", "kind": "person", "identities": {"email": "email"}, "columns": {"name": "name"}}]}))  # fmt: skip
    assert [row["attributes"] for row in mended.rows if "refused" not in row] == [{"plan": "pro"}, {"plan": "free"}]
    assert again.codes == {"NOT_MENDED": 1}
    left = (refused / "people.csv.refused.jsonl").read_bytes().splitlines()
    assert [orjson.loads(line)["refused"]["code"] for line in left] == ["NOT_MENDED"]


@pytest.mark.parametrize("source", ["", "s" * 201, "a|b", "s\udcff", "s\x00"])
def test_a_source_that_no_row_may_have_is_said_before_the_first_row(tmp_path: Path, source: str):
    path = write(tmp_path, "people.csv", PEOPLE + "a@x.test,A,pro\n")
    destination = Remembering()
    with pytest.raises(MappingError, match="is no name of a source"):
        run([path], destination, tmp_path, source=source)
    with pytest.raises(MappingError, match="is no name of a source"):
        run(
            [path],
            destination,
            tmp_path,
            mapping=mapping_from({"kind": "person", "source": source or "|", "identities": {"email": "email"}}),
        )
    assert destination.batches == []


def _refused_mails(path: Path) -> list[str]:
    return [orjson.loads(line)["row"]["email"] for line in path.read_bytes().splitlines()]


def test_refused_rows_of_files_of_one_name_are_all_kept(tmp_path: Path, refused: Path):
    paths = []
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        paths.append(write(tmp_path / folder, "people.csv", f"{PEOPLE}{folder}@x.test,A,pro\n"))
    run(paths, Remembering(lambda row: None if row["identities"][0]["value"] == "b@x.test" else "BAD"), tmp_path)
    assert _refused_mails(refused / "people.csv.refused.jsonl") == ["a@x.test", "c@x.test"]
    run(paths[:1], Remembering(lambda _: "BAD"), tmp_path)
    assert _refused_mails(refused / "people.csv.refused.jsonl") == ["a@x.test"]


def test_refused_rows_of_an_acknowledged_page_are_in_the_part_at_once(tmp_path: Path, refused: Path):
    path = write(tmp_path, "people.csv", PEOPLE + "a@x.test,A,pro\nb@x.test,B,pro\n")
    seen: list[list[str]] = []

    class Watching(Watcher):
        def progress(self, progress: Progress) -> None:
            seen.append(_refused_mails(refused / "people.csv.refused.jsonl.part"))

    run([path], Remembering(lambda _: "BAD"), tmp_path, batch_rows=1, in_flight=1, watcher=Watching())
    assert seen == [["a@x.test"], ["a@x.test", "b@x.test"]]


@pytest.mark.parametrize("first_ends_first", [True, False])
def test_two_loads_at_once_do_not_write_into_each_others_refused_rows(refused: Path, *, first_ends_first: bool):
    one, two = RefusedRows(refused, "people.csv"), RefusedRows(refused, "people.csv")
    for rows in (one, two):
        for line in range(3):
            rows.write(line, "BAD", "no", [], {"email": "x" * 5_000})
        rows.flush()
    for rows in (one, two) if first_ends_first else (two, one):
        rows.close(failed=False)
    assert _refused_mails(refused / "people.csv.refused.jsonl") == ["x" * 5_000] * 3
    assert [each.name for each in refused.iterdir()] == ["people.csv.refused.jsonl"]


def test_a_row_refused_in_part_counts_as_written_and_is_shown(tmp_path: Path, refused: Path):
    class InPart(Remembering):
        async def submit(self, rows: Sequence[Mapping[str, Any]], origin: Origin | None = None) -> SubmitResult:
            outcome = await super().submit(rows)
            return SubmitResult(created=len(rows), warnings=outcome.rejected, ids=["p_1"] * len(rows))

    path = write(tmp_path, "people.csv", PEOPLE + "a@x.test,A,x\n")
    summary = run([path], InPart(lambda _: "WRONG_TYPE"), tmp_path)
    assert (summary.files[0].created, summary.files[0].refused, summary.files[0].trimmed) == (1, 0, 1)
    assert (summary.codes, summary.files[0].warnings) == ({}, {"WRONG_TYPE": 1})
    assert (refused / "people.csv.refused.jsonl").exists()


def test_a_dry_run_and_nothing_refused_leave_no_file(tmp_path: Path, refused: Path):
    run([write(tmp_path, "people.csv", PEOPLE + "a@x.test,A,pro\n")], Remembering(), tmp_path, dry_run=True)
    assert list(refused.iterdir()) == []


def test_several_batches_are_in_flight_but_no_more_than_allowed(tmp_path: Path):
    class Slow(Remembering):
        now = most = 0

        async def submit(self, rows: Sequence[Mapping[str, Any]], origin: Origin | None = None) -> SubmitResult:
            self.now += 1
            self.most = max(self.most, self.now)
            await asyncio.sleep(0.02)
            self.now -= 1
            return await super().submit(rows)

    destination = Slow()
    path = write(tmp_path, "people.csv", PEOPLE + "".join(f"p{n}@x.test,P,pro\n" for n in range(40)))
    run([path], destination, tmp_path, batch_rows=2, in_flight=3)
    assert destination.most == 3
    assert len(destination.rows) == 40


def test_a_destination_that_fails_ends_the_load_with_its_error_once_all_that_was_sent_is_answered(tmp_path: Path):
    class Failing(Remembering):
        answered = 0

        async def submit(self, rows: Sequence[Mapping[str, Any]], origin: Origin | None = None) -> SubmitResult:
            await asyncio.sleep(0.01)
            self.answered += 1
            if self.answered == 2:
                raise ConnectionError("gone")
            return await super().submit(rows)

    seen: list[FileSummary] = []

    class Noting(Watcher):
        def finished(self, summary: FileSummary) -> None:
            seen.append(summary)

    path = write(tmp_path, "people.csv", PEOPLE + "".join(f"p{n}@x.test,P,pro\n" for n in range(10)))
    with pytest.raises(ConnectionError):
        run([path], Failing(), tmp_path, batch_rows=2, watcher=Noting())
    assert seen[0].created == seen[0].read > 0


def test_a_file_cut_short_is_loaded_as_far_as_it_goes(tmp_path: Path):
    path = write(tmp_path, "people.csv.gz", PEOPLE + "".join(f"p{n}-{n**7}@x.test,P,pro\n" for n in range(9_000)))
    path.write_bytes(path.read_bytes()[:-500])
    destination = Remembering()
    with pytest.raises(FileUnreadable, match="beyond line"):
        run([path], destination, tmp_path, batch_rows=100)
    assert len(destination.rows) > 5_000


def test_progress_tells_records_and_how_much_of_the_file(tmp_path: Path):
    seen: list[Progress] = []

    class Noting(Watcher):
        def progress(self, progress: Progress) -> None:
            seen.append(progress)

    path = write(tmp_path, "people.csv", PEOPLE + "a@x.test,A,pro\n" * 30)
    run([path], Remembering(), tmp_path, batch_rows=10, watcher=Noting())
    assert [one.read for one in seen] == [10, 20, 30]
    assert seen[-1].fraction == 1.0


def test_a_guess_is_told_before_anything_is_sent(tmp_path: Path):
    sections: list[tuple[str, list[tuple[str, str]]]] = []

    class Noting(Watcher):
        def guessed(self, name: str, section: list[tuple[str, str]]) -> None:
            sections.append((name, section))

    run([write(tmp_path, "people.csv", PEOPLE)], Remembering(), tmp_path, watcher=Noting())
    assert sections == [
        (
            "people.csv",
            [
                ("kind", "person"),
                ("identities", "email (email)"),
                ("fields", "name"),
                ("attributes", "every other column"),
            ],
        )
    ]


def test_a_guess_looks_at_more_than_the_first_object_since_objects_leave_out_what_they_do_not_know(tmp_path: Path):
    lines = b'{"user_id": "1"}\n{"user_id": "2", "email": "b@x.test", "first_seen_at": "2026-03-01", "name": "B"}\n'
    destination = Remembering()
    run([write(tmp_path, "people.jsonl", lines)], destination, tmp_path)
    assert (destination.rows[1]["name"], destination.rows[1]["firstSeenAt"]) == ("B", "2026-03-01")
    assert [each["kind"] for each in destination.rows[1]["identities"]] == ["user_id", "email"]


def test_rows_with_a_type_of_their_own_are_passed_on(tmp_path: Path):
    row = {"type": "person", "identities": [{"kind": "email", "value": "a@x.test"}]}
    destination = Remembering()
    run([write(tmp_path, "rows.jsonl", orjson.dumps(row))], destination, tmp_path, source="crm")
    assert destination.rows == [{**row, "source": "crm"}]


def test_a_column_that_the_file_does_not_have_stops_the_load_before_it_begins(tmp_path: Path):
    mapping = mapping_from({"kind": "person", "identities": {"mail": "email"}})
    destination = Remembering()
    with pytest.raises(MappingError, match="column `mail`"):
        run([write(tmp_path, "people.csv", PEOPLE)], destination, tmp_path, mapping=mapping)
    assert destination.batches == []


def test_standard_input_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    destination = Remembering()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"email\na@x.test\n")))
    run([Path("-")], destination, tmp_path)
    assert len(destination.rows) == 1


def test_memory_does_not_grow_with_the_file(tmp_path: Path):
    path = tmp_path / "people.csv"
    with path.open("w") as file:
        file.write(PEOPLE)
        for n in range(400_000):
            file.write(f"person{n}@example.test,Person Number {n},{'plan' * 20}\n")

    class Counting:
        rows = 0

        async def submit(self, rows: Sequence[Mapping[str, Any]], origin: Origin | None = None) -> SubmitResult:
            self.rows += len(rows)
            return SubmitResult(created=len(rows), updated=0, unchanged=0, rejected=[], ids=[])

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    destination = Counting()
    run([path], destination, tmp_path)
    assert destination.rows == 400_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 80 * 1024  # KB; the file has 50 MB
