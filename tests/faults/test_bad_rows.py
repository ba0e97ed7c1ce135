"""Every kind of bad row in one batch with good ones. The good ones are written. Each bad one gets its reason and is kept (F9)."""

from __future__ import annotations

from typing import Any

from graph.engine import Graph
from graph.schema.doctor import check
from graph.writer import open_writer
from tests.graph.writer.company import CLOCK, event, membership, organisation, person

ANN, ACME = "user_id:ann", "organisation_id:acme"
NOBODY = {"person": {"id": "p_nobody"}}
LOGIN = event("Login", "2026-11-01", ANN, id="1")

# the row, the code, the path to what is wrong
WHOLE: dict[str, tuple[Any, str, list[str]]] = {
    "an empty identity": (person("user_id: "), "EMPTY_IDENTITY", ["identities", "0", "value"]),
    "a blocked identity": (person("user_id:undefined"), "BLOCKED_IDENTITY", ["identities", "0", "value"]),
    "an id that is nobody's": (membership(ANN, ACME) | NOBODY, "UNKNOWN_ID", ["person", "id"]),
    "a key twice with other content": (LOGIN | {"name": "Logout"}, "OTHER_CONTENT", ["id"]),
    "an event from the future": (event("Login", "2026-11-23", ANN), "IN_THE_FUTURE", ["occurredAt"]),
    "an event without id and time": ({"type": "event", "name": "Login"} | NOBODY, "NO_ID_AND_TIME", ["occurredAt"]),
    "a day that no calendar has": (event("Login", "2026-02-30", ANN), "BAD_TIME", ["occurredAt"]),
    "a time without offset": (event("Login", "2026-11-01T10:00:00", ANN), "NO_OFFSET", ["occurredAt"]),
    "no row at all": ("Login", "BAD_ROW", []),
}
IN_PART: dict[str, tuple[Any, str]] = {
    "not a number": (float("nan"), "NOT_A_NUMBER"),
    "five megabytes": ("x" * 5_000_000, "VALUE_TOO_LARGE"),
    "a value without offset": ("2026-11-01T10:00:00", "NO_OFFSET"),
}


async def test_F9_every_bad_row_is_told_and_kept_and_its_neighbours_are_written(graph: Graph) -> None:
    writer = await open_writer(graph, CLOCK)
    bad = [row for row, _, _ in WHOLE.values()]
    partly = [person(f"user_id:p{n}", attributes={"ok": 1, name: IN_PART[name][0]}) for n, name in enumerate(IN_PART)]
    circle = [
        organisation(ACME, parent={"kind": "organisation_id", "value": "beta"}),
        organisation("organisation_id:beta", parent={"kind": "organisation_id", "value": "acme"}),
    ]
    rows = [LOGIN, *bad, *partly, *circle, membership(ANN, ACME)]
    try:
        outcome = await writer.submit(rows)
    finally:
        await writer.close()
    rejected = {each.index: each for each in outcome.rejected}
    warned = {each.index: each for each in outcome.warnings}
    assert not rejected.keys() & warned.keys()
    for index, (name, (_, code, path)) in enumerate(WHOLE.items(), start=1):
        assert (rejected[index].code, rejected[index].path, rejected[index].whole) == (code, path, True), name
    for index, (name, (_, code)) in enumerate(IN_PART.items(), start=1 + len(bad)):
        assert (warned[index].code, warned[index].path) == (code, ["attributes", name])
    assert [each.code for each in outcome.warnings if each.index > len(bad) + len(partly)] == ["CYCLE"]
    assert all(len(each.message) > 10 for each in (*outcome.rejected, *outcome.warnings))
    written = [index for index, id in enumerate(outcome.ids) if id is not None]
    assert written == [0, *range(1 + len(bad), len(rows))]
    assert await _all(graph, "MATCH (e:Event) RETURN e.name AS found") == ["Login"]
    assert await _all(graph, "MATCH (p:Person) WHERE p.ok = 1 RETURN count(p) AS found") == [len(IN_PART)]
    kept = await _all(graph, "MATCH (r:Rejected) RETURN r.code AS found")
    assert {code for _, code, _ in WHOLE.values()} <= set(kept)
    assert await check(graph) == []


async def _all(graph: Graph, statement: str) -> list[Any]:
    return [row["found"] for row in await graph.query(statement, {})]
