"""Own Bolt is guarded: each fallback to the driver is counted and logged once, and without own Bolt there is none."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from graph.engine import Graph, Transaction
from graph.engine.bolt import Reason, Unsupported, pool
from graph.engine.fallbacks import Fallbacks
from graph.errors import StatementError

DURATION = "RETURN duration('PT5S') AS value"


@pytest.fixture
def counted(graph: Graph, monkeypatch: pytest.MonkeyPatch, own_bolt: None) -> Graph:
    """An empty graph that has counted no fallback yet."""
    monkeypatch.setattr(graph, "fallbacks", Fallbacks())
    return graph


async def test_each_fallback_is_counted_by_its_reason_and_the_first_one_is_logged(
    counted: Graph, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "membergraph.engine")
    for _ in range(3):
        await counted.query(DURATION, {})
    with pytest.raises(StatementError):
        await counted.write(lambda tx: tx.execute("RETURN nothing_of_that_name", {}))
    await counted.query("RETURN 1", {})
    assert counted.fallbacks.counts == {"value": 3, "engine_error": 1}
    logged = [record.getMessage() for record in caplog.records if "takes over" in record.getMessage()]
    assert len(logged) == 2
    assert "(value)" in logged[0]
    assert "nothing_of_that_name" in logged[1]


async def test_a_driver_whose_codec_has_changed_costs_no_answer_and_is_a_warning(
    counted: Graph, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(pool, "AVAILABLE", False)
    monkeypatch.setattr(pool.BoltPool, "_reuse", lambda self: None)
    assert await counted.query("RETURN 1 AS n", {}) == [{"n": 1}]
    assert counted.fallbacks.counts == {"codec": 1}
    assert [record.levelname for record in caplog.records if "takes over" in record.getMessage()] == ["WARNING"]


async def test_a_write_while_a_commit_is_in_doubt_is_counted(counted: Graph):
    counted._attempts.doubt("an attempt that nobody answered")
    await counted.write(lambda tx: tx.execute("CREATE (:Rejected {id: 'a'})", {}))
    assert counted.fallbacks.counts == {"commit_in_doubt": 1}
    assert not counted._attempts.in_doubt


async def test_with_own_bolt_off_the_driver_does_everything_and_nothing_is_a_fallback(
    counted: Graph, by_driver: None, monkeypatch: pytest.MonkeyPatch
):
    async def forbidden(*_: object) -> None:
        pytest.fail("own Bolt was used")

    monkeypatch.setattr(pool.BoltPool, "rows", forbidden)
    monkeypatch.setattr(pool.BoltPool, "begin", forbidden)

    async def work(transaction: Transaction) -> list[dict[str, object]]:
        await transaction.execute("CREATE (:Rejected {id: 'a'})", {})
        return await transaction.rows("MATCH (n:Rejected) RETURN n.id AS id", {})

    assert not counted.has_own_bolt
    assert await counted.write(work) == [{"id": "a"}]
    assert await counted.query("MATCH (n:Rejected) RETURN n.id AS id", {}) == [{"id": "a"}]
    assert not counted.fallbacks.counts


def test_every_reason_has_a_name_that_a_metric_can_carry_and_is_in_the_documentation():
    page = (Path(__file__).parents[3] / "docs" / "operating.md").read_text()
    documented = {
        name for row in re.findall(r"^\| (`[a-z_`, ]+) \|", page, re.MULTILINE) for name in re.findall(r"\w+", row)
    }
    assert {reason.value for reason in Reason} <= documented
    assert all(reason.value.replace("_", "").isalpha() and reason.value.islower() for reason in Reason)
    assert str(Unsupported(Reason.VALUE, "a node")) == "value: a node"
