"""The engine's files are compared with what it left at a clean stop; after a crash with what can't have happened since."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from graph.engine.files import NOTE, EngineFiles

BUCKET, INDEX = "Person_0.1.65536.v0.bucket", "Person_0_99.2.262144.v1.umtidx"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    folder = tmp_path / "databases" / "membergraph"
    folder.mkdir(parents=True)
    (folder / BUCKET).write_bytes(b"people" * 1000)
    (folder / INDEX).write_bytes(b"index" * 1000)
    (folder / "txlog_0.wal").write_bytes(b"log")
    return folder


@pytest.fixture
def files(tmp_path: Path, database: Path) -> EngineFiles:
    return EngineFiles(tmp_path, database)


def test_files_as_they_were_left_are_sound_in_a_copy_too(files: EngineFiles, database: Path) -> None:
    files.end()
    assert files.damage() == []
    for path in database.iterdir():
        os.utime(path, (1, 1))  # as a back-up that was put back
    (database / "txlog_0.wal").unlink()
    assert files.damage() == []


@pytest.mark.parametrize("name", [BUCKET, INDEX])
def test_each_kind_of_damage_names_the_file(files: EngineFiles, database: Path, name: str) -> None:
    files.end()
    path = database / name
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert files.damage() == [f"{name} has {len(whole) - 1:,} bytes instead of {len(whole):,}"]
    path.write_bytes(b"\0" + whole[1:])
    os.utime(path, ns=(1, 1))
    assert files.damage() == [f"{name} was overwritten"]
    path.unlink()
    assert files.damage() == [f"{name} is missing"]
    path.write_bytes(whole)
    assert files.damage() == []


def test_after_a_crash_what_grew_is_sound_and_what_shrank_or_is_gone_is_not(files: EngineFiles, database: Path) -> None:
    files.end()
    files.begin()
    path = database / BUCKET
    path.write_bytes(b"longer" * 2000)
    (database / INDEX).unlink()  # the engine replaces indexes as it likes
    assert files.damage() == []
    path.write_bytes(b"")
    assert files.damage() == [f"{BUCKET} has 0 bytes instead of 6,000"]
    path.unlink()
    assert files.damage() == [f"{BUCKET} is missing"]


@pytest.mark.parametrize("note", [None, b"", b"[]", b'{"files": 7}', b'{"running": false, "files": {"a": [1]}}'])
def test_without_a_note_that_can_be_read_nothing_is_known(
    files: EngineFiles, tmp_path: Path, note: bytes | None
) -> None:
    if note is not None:
        (tmp_path / NOTE).write_bytes(note)
    assert files.damage() == []
    files.begin()
    assert files.damage() == []
