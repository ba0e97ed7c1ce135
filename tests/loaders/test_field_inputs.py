"""Files as people have them, through the real writer: what is wrong of a row is refused, the rest of the file written (F5, F9)."""

from __future__ import annotations

from pathlib import Path

import orjson

from graph.engine import Graph
from graph.writer import open_writer
from loaders import LoadOptions, load
from tests.graph.writer.company import CLOCK

PEOPLE = "email,first_seen_at,zip,seats\nu1@w.example,2024-02-29,00123,n/a\nu2@w.example,2023-02-29,4,5\n"


async def test_F5_a_day_that_no_calendar_has_costs_its_cell_and_not_the_person(graph: Graph, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE)
    writer = await open_writer(graph, CLOCK)
    summary = await load([path], writer, LoadOptions(refused=tmp_path))
    await writer.close()
    (file,) = summary.files
    assert (file.created, file.refused, file.trimmed, file.warnings) == (2, 0, 1, {"BAD_TIME": 1})
    (line,) = (tmp_path / "people.csv.refused.jsonl").read_bytes().splitlines()
    assert orjson.loads(line)["refused"] | {"message": ""} == {
        "line": 3, "code": "BAD_TIME", "message": "", "path": ["firstSeenAt"],
    }  # fmt: skip
    rows = await graph.query(
        "MATCH (p:Person) RETURN p.email AS email, p.firstSeenAt IS NULL AS unknown, p.seats AS seats ORDER BY email",
        {},
    )
    assert rows == [
        {"email": "u1@w.example", "unknown": False, "seats": None},
        {"email": "u2@w.example", "unknown": True, "seats": 5},
    ]
