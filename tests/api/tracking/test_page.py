"""The examples, paths and limits in docs/segment.md are right."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from api.tracking.calls import Call
from api.tracking.endpoint import KINDS, TrackingLimits
from api.tracking.translate import rows_of_call

PAGE = (Path(__file__).parents[3] / "docs" / "segment.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^```json call\n(.*?)^```\n+```json rows\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("call", "expected"), EXAMPLE.findall(PAGE))
def test_an_example_comes_to_its_rows(call: str, expected: str):
    found = rows_of_call(msgspec.json.decode(call, type=Call), datetime(2026, 3, 1, 9, tzinfo=UTC), "segment")
    assert found == json.loads(expected)


def test_the_page_has_its_examples():
    assert len(EXAMPLE.findall(PAGE)) == 2


@pytest.mark.parametrize("path", KINDS)
def test_every_path_is_named(path: str):
    assert f"`/v1/{path}`" in PAGE


def test_the_limits_are_those_in_force():
    limits = TrackingLimits()
    assert f"{limits.request_bytes:,} bytes" in PAGE
    assert f"{limits.call_bytes:,} bytes" in PAGE
