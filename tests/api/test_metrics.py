"""`/metrics` in Prometheus' text format: fallbacks by reason, for who may read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api import keys
from api.app import ApiSettings, create_app
from api.health.metrics import Metric, as_text
from graph.clock import FixedClock
from graph.engine import Graph
from graph.engine.fallbacks import Fallbacks
from graph.writer import Writer
from tests.api.conftest import Api, client_of

SAMPLE = re.compile(r'membergraph_[a-z_]+(\{[a-z_]+="[a-z_]+"\})? [0-9.e+]+')


async def test_fallbacks_are_shown_by_reason(api: Api, graph: Graph, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(graph, "fallbacks", Fallbacks())
    await graph.query("RETURN duration('PT5S') AS value", {})
    response = await api.client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = response.text.splitlines()
    assert f"membergraph_bolt_own {int(graph.has_own_bolt)}" in lines
    assert ('membergraph_bolt_fallbacks_total{reason="value"} 1' in lines) is graph.has_own_bolt
    assert "membergraph_graph_damaged_files 0" in lines
    assert all(SAMPLE.fullmatch(line) for line in lines if not line.startswith("# "))


async def test_metrics_need_a_key_that_reads_where_there_are_keys(
    graph: Graph, writer: Writer, clock: FixedClock, tmp_path: Path
):
    file = tmp_path / "keys.json"
    reading, _ = keys.create(file, "prometheus", ["read"], clock=clock)
    tracking, _ = keys.create(file, "web", ["track"], clock=clock)
    app = create_app(graph, writer, None, clock, ApiSettings(keys=file))
    for secret, status in ((None, 401), (tracking, 403), (reading, 200)):
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        async with client_of(app, **headers) as client:
            assert (await client.get("/metrics")).status_code == status
            assert (await client.get("/health")).status_code == 200


async def test_metrics_of_who_makes_the_application_are_shown_too(
    graph: Graph, writer: Writer, clock: FixedClock, tmp_path: Path
):
    more = [Metric("membergraph_http_requests_total", "counter", "Requests answered.", 1_234_567)]
    app = create_app(graph, writer, None, clock, ApiSettings(keys=tmp_path / "keys.json"), lambda: more)
    async with client_of(app) as client:
        assert as_text(more) in (await client.get("/metrics")).text
    assert as_text(more).endswith("membergraph_http_requests_total 1234567\n")
